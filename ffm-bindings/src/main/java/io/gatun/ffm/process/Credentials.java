package io.gatun.ffm.process;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Who this process is; credentials(7). */
public final class Credentials {
    private Credentials() {}

    /** geteuid(2). */
    public static int effectiveUserId() {
        return (int) Syscall.GETEUID.invoke(0);
    }

    /** getegid(2). */
    public static int effectiveGroupId() {
        return (int) Syscall.GETEGID.invoke(0);
    }

    /**
     * Gives a directory to a user: fchownat(2) of a descriptor, so that it is what was opened. The last name must not be a
     * symbolic link, which whoever may write to the directory above could have put there.
     *
     * @throws io.gatun.ffm.SyscallException naming the path: ENOTDIR for a link or a file
     */
    public static void ownDirectory(Path directory, int uid, int gid) {
        Arch arch = Arch.current();
        try (Arena arena = Arena.ofConfined();
                OwnedFd fd = Fd.open(directory, Fd.O_PATH | Fd.oDirectory(arch) | Fd.oNofollow(arch), 0)) {
            long empty = arena.allocateFrom("").address();
            Errno.check(Syscall.FCHOWNAT.invoke(fd.fd(), empty, uid, gid, Fd.AT_EMPTY_PATH, 0), "chown", directory);
        }
    }
}
