package io.gatun.ffm.file;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.mount.OpenHow;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Directories made where others can write: no link that they put in the way leads elsewhere. Any thread. */
public final class DirectoryBeneath {
    /** For a user or group: the one that this process makes files with; chown(2). */
    public static final int UNCHANGED = -1;

    private static final OpenHow BENEATH =
            new OpenHow(Fd.O_PATH, 0, OpenHow.RESOLVE_BENEATH | OpenHow.RESOLVE_NO_MAGICLINKS);

    private DirectoryBeneath() {}

    /**
     * Makes a directory and those on the way to it, mode 0755; those that are there stay as they are.
     *
     * @param path relative to {@code top}
     * @param uid owner of what is made, or {@link #UNCHANGED}
     * @param gid group of what is made, or {@link #UNCHANGED}
     * @throws io.gatun.ffm.SyscallException naming the path: EXDEV (a link leads out), ELOOP, ENOTDIR, EACCES
     */
    public static void make(Path top, String path, int uid, int gid) {
        Path relative = Path.of(path);
        try (OwnedFd directory = Fd.open(top, Fd.O_PATH, 0)) {
            for (int i = 0; i < relative.getNameCount(); i++) {
                String name = relative.getName(i).toString();
                if (i == 0) {
                    makeOne(directory, top, name, uid, gid);
                    continue;
                }
                Path above = relative.subpath(0, i);
                try (OwnedFd parent = BENEATH.open(directory.fd(), above.toString())) {
                    makeOne(parent, top.resolve(above), name, uid, gid);
                }
            }
            BENEATH.open(directory.fd(), path).close();
        }
    }

    private static void makeOne(OwnedFd parent, Path path, String name, int uid, int gid) {
        try (Arena arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(name).address();
            long made = Syscall.MKDIRAT.invoke(parent.fd(), text, 0755);
            if (made == -Errno.EEXIST) {
                return;
            }
            Errno.check(made, "mkdirat", path.resolve(name));
            if (uid != UNCHANGED || gid != UNCHANGED) {
                long owned = Syscall.FCHOWNAT.invoke(parent.fd(), text, uid, gid, Fd.AT_SYMLINK_NOFOLLOW, 0);
                Errno.check(owned, "fchownat", path.resolve(name));
            }
        }
    }
}
