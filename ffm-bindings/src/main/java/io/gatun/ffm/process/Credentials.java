package io.gatun.ffm.process;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
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
     * fchownat(2): gives a file or directory to a user; follows a symbolic link.
     *
     * @throws io.gatun.ffm.SyscallException naming the path
     */
    public static void own(Path path, int uid, int gid) {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path.toString()).address();
            Errno.check(Syscall.FCHOWNAT.invoke(Fd.AT_FDCWD, name, uid, gid, 0, 0), "chown", path);
        }
    }
}
