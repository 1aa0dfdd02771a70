package io.gatun.ffm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Calls on file descriptors that the JDK does not offer, or not with the flags that are needed. Any thread. */
public final class Fd {
    /** Relative paths start at the working directory; linux/fcntl.h. */
    public static final int AT_FDCWD = -100;
    /** An empty path means the descriptor itself; linux/fcntl.h. */
    public static final int AT_EMPTY_PATH = 0x1000;
    /** The last component is not followed when it is a symbolic link; linux/fcntl.h. */
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    /** With everything mounted below; linux/fcntl.h. */
    public static final int AT_RECURSIVE = 0x8000;

    /** open(2) flag; asm-generic/fcntl.h. */
    public static final int O_RDONLY = 0;
    /** open(2) flag; asm-generic/fcntl.h. */
    public static final int O_WRONLY = 1;
    /** open(2) flag; asm-generic/fcntl.h. */
    public static final int O_RDWR = 2;
    /** open(2) flag; asm-generic/fcntl.h. */
    public static final int O_CREAT = 0x40;
    /** open(2) flag; asm-generic/fcntl.h. */
    public static final int O_EXCL = 0x80;
    /** open(2) flag; asm-generic/fcntl.h. */
    public static final int O_TRUNC = 0x200;
    /** open(2) flag; asm-generic/fcntl.h. */
    public static final int O_APPEND = 0x400;
    /** open(2) flag: a FIFO or device does not block; asm-generic/fcntl.h. */
    public static final int O_NONBLOCK = 0x800;
    /** open(2) flag; asm-generic/fcntl.h. */
    public static final int O_CLOEXEC = 0x80000;
    /** open(2) flag: a place in the tree, not its content; asm-generic/fcntl.h. */
    public static final int O_PATH = 0x200000;
    /** fcntl(2) command; asm-generic/fcntl.h. */
    public static final int F_SETFD = 2;
    /** fcntl(2) command, Linux 3.17; linux/fcntl.h. */
    public static final int F_ADD_SEALS = 1033;
    /** flock(2) operation; asm-generic/fcntl.h. */
    public static final int LOCK_EX = 2;
    /** flock(2) operation: EAGAIN in place of waiting; asm-generic/fcntl.h. */
    public static final int LOCK_NB = 4;

    private static final short POLLIN = 1;

    private Fd() {}

    /** O_DIRECTORY of open(2): one of the few flags whose value depends on the architecture. */
    public static int oDirectory(Arch arch) {
        return arch == Arch.X86_64 ? 0x10000 : 0x4000;
    }

    /** O_NOFOLLOW of open(2): one of the few flags whose value depends on the architecture. */
    public static int oNofollow(Arch arch) {
        return arch == Arch.X86_64 ? 0x20000 : 0x8000;
    }

    /**
     * openat(2) relative to the working directory.
     *
     * @param flags O_CLOEXEC is added
     * @param mode permission bits of a file that is created
     * @throws SyscallException naming the path
     */
    public static OwnedFd open(Path path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString());
            long fd = Syscall.OPENAT.invoke(AT_FDCWD, name.address(), flags | O_CLOEXEC, mode);
            return new OwnedFd((int) Errno.check(fd, "open", path));
        }
    }

    /**
     * pipe2(2) with O_CLOEXEC.
     *
     * @return the reading end, then the writing end
     */
    public static Pipe pipe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(JAVA_INT, 2);
            Errno.check(Syscall.PIPE2.invoke(pair.address(), O_CLOEXEC), "pipe2", "");
            return new Pipe(new OwnedFd(pair.getAtIndex(JAVA_INT, 0)), new OwnedFd(pair.getAtIndex(JAVA_INT, 1)));
        }
    }

    /** The two ends of a pipe. */
    public record Pipe(OwnedFd read, OwnedFd write) implements AutoCloseable {
        @Override
        public void close() {
            try (read;
                    write) {
                // Both ends are closed although closing one may fail.
            }
        }
    }

    /**
     * read(2), repeated after EINTR until the buffer is full or the file ends.
     *
     * @return the bytes read, fewer than asked for at the end of the file
     */
    public static byte[] read(int fd, int lengthBytes, Object object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(lengthBytes);
            long filled = 0;
            while (filled < lengthBytes) {
                long n = Syscall.READ.invoke(fd, buffer.address() + filled, lengthBytes - filled);
                if (n == -Errno.EINTR) {
                    continue;
                }
                if (Errno.check(n, "read", object) == 0) {
                    break;
                }
                filled += n;
            }
            return buffer.asSlice(0, filled).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** write(2), repeated after EINTR and short writes until all is written. */
    public static void write(int fd, byte[] bytes, Object object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            long written = 0;
            while (written < bytes.length) {
                long n = Syscall.WRITE.invoke(fd, buffer.address() + written, bytes.length - written);
                if (n != -Errno.EINTR) {
                    written += Errno.check(n, "write", object);
                }
            }
        }
    }

    /**
     * flock(2), LOCK_EX | LOCK_NB: the lock goes with the open file description, that is with the last descriptor.
     *
     * @return false when another open file description holds it
     */
    public static boolean tryLock(int fd, Object object) {
        long result = Syscall.FLOCK.invoke(fd, LOCK_EX | LOCK_NB);
        if (result == -Errno.EAGAIN) {
            return false;
        }
        Errno.check(result, "flock", object);
        return true;
    }

    /**
     * ppoll(2) for one readable descriptor. EINTR starts the wait anew: nothing of ours sends signals to the JVM.
     *
     * @param timeoutMs at least 0
     * @return whether it became readable, or its writers are gone
     */
    public static boolean awaitReadable(int fd, long timeoutMs) {
        try (Arena arena = Arena.ofConfined()) {
            // struct pollfd { int fd; short events; short revents; }; struct timespec { long s; long ns; }
            MemorySegment pollFd = arena.allocate(8, 4);
            MemorySegment timeout = arena.allocate(JAVA_LONG, 2);
            pollFd.set(JAVA_INT, 0, fd);
            pollFd.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
            timeout.setAtIndex(JAVA_LONG, 0, timeoutMs / 1000);
            timeout.setAtIndex(JAVA_LONG, 1, timeoutMs % 1000 * 1_000_000);
            long ready;
            do {
                ready = Syscall.PPOLL.invoke(pollFd.address(), 1, timeout.address(), 0, 8, 0);
            } while (ready == -Errno.EINTR);
            return Errno.check(ready, "ppoll", "fd " + fd) > 0;
        }
    }
}
