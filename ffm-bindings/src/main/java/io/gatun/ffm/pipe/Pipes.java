package io.gatun.ffm.pipe;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.NativeBuffer;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Descriptors that never make their reader or writer wait, and splice(2). Results are those of the calls, {@code
 * -errno} where the caller must tell errors apart.
 */
public final class Pipes {
    /** EAGAIN in place of waiting; asm-generic/fcntl.h. */
    public static final int O_NONBLOCK = 0x800;

    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int SPLICE_F_NONBLOCK = 2;
    private static final int SEEK_END = 2;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;

    private Pipes() {}

    /** Two connected sockets: what is written to one is read from the other; socketpair(2), AF_UNIX, SOCK_STREAM. */
    public static Pair socketPair() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(JAVA_INT, 2);
            long result = Syscall.SOCKETPAIR.invoke(AF_UNIX, SOCK_STREAM | Fd.O_CLOEXEC, 0, pair.address());
            Errno.check(result, "socketpair", "");
            return new Pair(new OwnedFd(pair.getAtIndex(JAVA_INT, 0)), new OwnedFd(pair.getAtIndex(JAVA_INT, 1)));
        }
    }

    /** The two ends of a {@link #socketPair}. */
    public record Pair(OwnedFd ours, OwnedFd theirs) implements AutoCloseable {
        @Override
        public void close() {
            try (ours;
                    theirs) {
                // Both ends are closed although closing one may fail.
            }
        }
    }

    /**
     * Sets O_NONBLOCK of the open file description, which all its descriptors share, those of other processes too;
     * fcntl(2).
     */
    public static void nonBlocking(int fd) {
        long flags = Errno.check(Syscall.FCNTL.invoke(fd, F_GETFL), "fcntl F_GETFL", "fd " + fd);
        Errno.check(Syscall.FCNTL.invoke(fd, F_SETFL, flags | O_NONBLOCK), "fcntl F_SETFL", "fd " + fd);
    }

    /**
     * read(2).
     *
     * @return the bytes read, 0 at the end, or {@code -errno}: EAGAIN when nothing is there, EIO from the master of a
     *     pseudo-terminal whose slave nobody has open
     */
    public static long read(int fd, MemorySegment into) {
        return Syscall.READ.invoke(fd, into.address(), into.byteSize());
    }

    /** The same into a buffer. */
    public static long read(int fd, NativeBuffer into) {
        return read(fd, into.segment());
    }

    /** {@link #write(int, MemorySegment)} from a buffer. */
    public static long write(int fd, NativeBuffer from) {
        return write(fd, from.segment());
    }

    /**
     * write(2). SIGPIPE does not come: the JVM ignores it.
     *
     * @return the bytes written, or {@code -errno}: EAGAIN when there is no room, EPIPE when nobody reads
     */
    public static long write(int fd, MemorySegment from) {
        return Syscall.WRITE.invoke(fd, from.address(), from.byteSize());
    }

    /**
     * splice(2) from a pipe to the position of a file: a byte leaves the pipe if and only if it is in the file, even
     * when this process is killed meanwhile.
     *
     * @param file not opened with O_APPEND, which is EINVAL
     * @return the bytes moved, 0 at the end, or {@code -errno}: EAGAIN when the pipe is empty, ENOSPC, EDQUOT
     */
    public static long splice(int pipe, int file, long maxBytes) {
        return Syscall.SPLICE.invoke(pipe, 0, file, 0, maxBytes, SPLICE_F_NONBLOCK);
    }

    /**
     * tee(2): copies what is in a pipe to another pipe, and leaves it there.
     *
     * @return the bytes copied, 0 at the end, or {@code -errno}: EAGAIN when one is empty or the other full
     */
    public static long tee(int pipe, int copy, long maxBytes) {
        return Syscall.TEE.invoke(pipe, copy, maxBytes, SPLICE_F_NONBLOCK);
    }

    /**
     * Moves the position of a file to its end; lseek(2).
     *
     * @return its size in bytes
     * @throws SyscallException ESPIPE when it is no regular file
     */
    public static long seekEnd(int file, Object object) {
        return Errno.check(Syscall.LSEEK.invoke(file, 0, SEEK_END), "lseek", object);
    }
}
