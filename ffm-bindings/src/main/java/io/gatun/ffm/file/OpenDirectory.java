package io.gatun.ffm.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A directory by its descriptor: its entries are asked about relative to it, so nobody can lead the asker elsewhere by
 * putting a link in place of a directory. Not thread-safe.
 */
final class OpenDirectory implements AutoCloseable {
    private static final int BUFFER_BYTES = 32 << 10;
    /** struct linux_dirent64: d_ino, d_off, d_reclen, d_type, d_name; getdents64(2). */
    private static final int RECLEN = 16;

    private static final int NAME = 19;

    private final OwnedFd fd;

    private OpenDirectory(OwnedFd fd) {
        this.fd = fd;
    }

    /** Is told of each entry but {@code .} and {@code ..}. */
    @FunctionalInterface
    interface Visitor {
        /**
         * An entry.
         *
         * @param name address of the NUL-terminated name, valid during the call
         */
        void entry(MemorySegment name, FileStat stat);
    }

    /** Opens a directory that is not reached through a symbolic link at its end. */
    static OpenDirectory open(Path path) {
        return new OpenDirectory(Fd.open(path, flags(), 0));
    }

    private static int flags() {
        return Fd.O_RDONLY | Fd.oDirectory(Arch.current()) | Fd.oNofollow(Arch.current());
    }

    /** Opens one in it; {@code -errno} when that is not possible. */
    long openChild(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.OPENAT.invoke(fd.fd(), arena.allocateFrom(name).address(), flags() | Fd.O_CLOEXEC, 0);
        }
    }

    static OpenDirectory take(long fd) {
        return new OpenDirectory(new OwnedFd(Math.toIntExact(fd)));
    }

    FileStat stat() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(FileStat.LAYOUT);
            long empty = arena.allocateFrom("").address();
            Errno.check(FileStat.at(fd.fd(), empty, Fd.AT_EMPTY_PATH, buffer), "statx", "directory");
            return FileStat.read(buffer);
        }
    }

    /** Visits all entries; what vanishes meanwhile is left out. */
    void visit(Visitor visitor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entries = arena.allocate(BUFFER_BYTES, Long.BYTES);
            MemorySegment stat = arena.allocate(FileStat.LAYOUT);
            long filled;
            do {
                filled = Syscall.GETDENTS64.invoke(fd.fd(), entries.address(), BUFFER_BYTES);
                // ENOENT: the directory itself was removed while it was open.
                filled = filled == -Errno.ENOENT ? 0 : Errno.check(filled, "getdents64", "directory");
                for (long at = 0; at < filled; ) {
                    int length = Short.toUnsignedInt(entries.get(JAVA_SHORT_UNALIGNED, at + RECLEN));
                    visit(visitor, entries.asSlice(at + NAME, length - NAME), stat);
                    at += length;
                }
            } while (filled > 0);
        }
    }

    private void visit(Visitor visitor, MemorySegment name, MemorySegment stat) {
        if (isDots(name)) {
            return;
        }
        long result = FileStat.at(fd.fd(), name.address(), 0, stat);
        if (result != -Errno.ENOENT) {
            if (result < 0) {
                throw new SyscallException("statx", name.getString(0), (int) -result);
            }
            visitor.entry(name, FileStat.read(stat));
        }
    }

    private static boolean isDots(MemorySegment name) {
        byte second = name.get(JAVA_BYTE, 1);
        return name.get(JAVA_BYTE, 0) == '.' && (second == 0 || (second == '.' && name.get(JAVA_BYTE, 2) == 0));
    }

    @Override
    public void close() {
        fd.close();
    }
}
