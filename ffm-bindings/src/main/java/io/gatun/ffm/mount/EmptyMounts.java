package io.gatun.ffm.mount;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.CloneArgs;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes mount namespaces in which nothing is but an empty directory that cannot be written to. For one thread, whose working
 * directory and root nobody else depends on: it gets its own of both. Between two calls it is in the namespace in which it
 * was before.
 */
public final class EmptyMounts implements AutoCloseable {
    private static final String OWN = "thread-self/ns/mnt";
    private static final Path PROC = Path.of("/proc");

    private final OwnedFd proc;
    private final OwnedFd before;
    private final OwnedFd empty;

    private EmptyMounts(OwnedFd proc, OwnedFd before, OwnedFd empty) {
        this.proc = proc;
        this.before = before;
        this.empty = empty;
    }

    /**
     * Makes the one that the others are copies of.
     *
     * @throws io.gatun.ffm.SyscallException EPERM; EINVAL where the root of the thread is no mount, or the first of all
     */
    public static EmptyMounts open() {
        List<OwnedFd> made = new ArrayList<>();
        try {
            OwnedFd proc = keep(made, Fd.open(PROC, Fd.O_PATH, 0));
            OwnedFd before = keep(made, own(proc));
            Errno.check(Syscall.UNSHARE.invoke(CloneArgs.CLONE_NEWNS), "unshare", "CLONE_NEWNS");
            try {
                Mount.mount("none", "/", "", Mount.MS_REC | Mount.MS_PRIVATE, "");
                leaveAll();
                return new EmptyMounts(proc, before, keep(made, own(proc)));
            } finally {
                enter(before);
            }
        } catch (RuntimeException e) {
            made.forEach(OwnedFd::close);
            throw e;
        }
    }

    private static OwnedFd keep(List<OwnedFd> made, OwnedFd next) {
        made.add(next);
        return next;
    }

    private static OwnedFd own(OwnedFd proc) {
        return new OpenHow(Fd.O_RDONLY | Fd.O_CLOEXEC, 0, 0).open(proc.fd(), OWN);
    }

    private static void enter(OwnedFd namespace) {
        Errno.check(Syscall.SETNS.invoke(namespace.fd(), CloneArgs.CLONE_NEWNS), "setns", "CLONE_NEWNS");
    }

    /** An empty root on top of the root, then under it, then alone. */
    private static void leaveAll() {
        try (OwnedFd root = NewMount.of("gatun", "tmpfs", "ro,size=4k,mode=0555", MountAttr.MOUNT_ATTR_RDONLY);
                Arena arena = Arena.ofConfined()) {
            long here = arena.allocateFrom(".").address();
            Errno.check(
                    Syscall.MOVE_MOUNT.invoke(
                            root.fd(),
                            arena.allocateFrom("").address(),
                            Fd.AT_FDCWD,
                            arena.allocateFrom("/").address(),
                            MountTree.MOVE_MOUNT_F_EMPTY_PATH,
                            0),
                    "move_mount",
                    "/");
            Errno.check(Syscall.FCHDIR.invoke(root.fd()), "fchdir", "an empty root");
            Errno.check(Syscall.PIVOT_ROOT.invoke(here, here), "pivot_root", "an empty root");
            Mount.umount(".", Mount.MNT_DETACH);
        }
    }

    /**
     * One more.
     *
     * @return owned by the receiver; the namespace goes with its last process and descriptor
     * @throws io.gatun.ffm.SyscallException ENOSPC (user.max_mnt_namespaces), EMFILE
     */
    public OwnedFd make() {
        enter(empty);
        try {
            Errno.check(Syscall.UNSHARE.invoke(CloneArgs.CLONE_NEWNS), "unshare", "CLONE_NEWNS");
            return own(proc);
        } finally {
            enter(before);
        }
    }

    @Override
    public void close() {
        try (proc;
                before;
                empty) {
            // All three are closed although closing one may fail.
        }
    }
}
