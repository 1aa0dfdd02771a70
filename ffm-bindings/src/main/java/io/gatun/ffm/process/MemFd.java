package io.gatun.ffm.process;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Files without a name; memfd_create(2), Linux 3.17. */
public final class MemFd {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_EXEC = 0x10;
    /** F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE. */
    private static final int ALL_SEALS = 1 | 2 | 4 | 8;

    private MemFd() {}

    /**
     * A file with a content, to be read from its start.
     *
     * @param name shown in /proc/PID/fd as {@code /memfd:name (deleted)}
     */
    public static OwnedFd of(String name, byte[] content) {
        OwnedFd file = new OwnedFd((int) Errno.check(create(name, MFD_CLOEXEC), "memfd_create", name));
        try (Arena arena = Arena.ofConfined()) {
            // pwrite leaves the offset, which all who inherit the descriptor share, at the start.
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
            Errno.check(Syscall.PWRITE64.invoke(file.fd(), bytes.address(), content.length, 0), "pwrite64", name);
            return file;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * An executable file with a content that nobody can change any more, its runner included.
     *
     * @param name shown in /proc/PID/exe as {@code /memfd:name (deleted)}
     * @throws SyscallException EACCES where the sysctl vm.memfd_noexec forbids it
     */
    public static OwnedFd executable(String name, byte[] content) {
        OwnedFd file = new OwnedFd((int) Errno.check(createExecutable(name), "memfd_create", name));
        try {
            Fd.write(file.fd(), content, name);
            Errno.check(Syscall.FCNTL.invoke(file.fd(), Fd.F_ADD_SEALS, ALL_SEALS), "fcntl F_ADD_SEALS", name);
            return file;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static long createExecutable(String name) {
        long fd = create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
        // Before Linux 6.3 MFD_EXEC is unknown, and every memfd is executable.
        return fd == -Errno.EINVAL ? create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING) : fd;
    }

    private static long create(String name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.MEMFD_CREATE.invoke(arena.allocateFrom(name).address(), flags);
        }
    }
}
