package io.gatun.ffm.mount;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;

/** mount(2) and umount2(2) for the calling thread's mount namespace. */
public final class Mount {
    /** Nothing can be written; linux/mount.h. */
    public static final long MS_RDONLY = 1;
    /** No set-user-id; linux/mount.h. */
    public static final long MS_NOSUID = 2;
    /** No device files; linux/mount.h. */
    public static final long MS_NODEV = 4;
    /** No programs; linux/mount.h. */
    public static final long MS_NOEXEC = 8;
    /** Other options for a mount that is there; with MS_BIND, of this mount only; linux/mount.h. */
    public static final long MS_REMOUNT = 32;
    /** A second view of a tree; linux/mount.h. */
    public static final long MS_BIND = 4096;
    /** With everything mounted below; linux/mount.h. */
    public static final long MS_REC = 16384;
    /** Events neither arrive nor leave; linux/mount.h, mount_namespaces(7). */
    public static final long MS_PRIVATE = 1 << 18;
    /** Events of the host arrive, none leaves; linux/mount.h, mount_namespaces(7). */
    public static final long MS_SLAVE = 1 << 19;
    /** Events leave and arrive; linux/mount.h, mount_namespaces(7). */
    public static final long MS_SHARED = 1 << 20;
    /** Every access is written down; linux/mount.h. */
    public static final long MS_STRICTATIME = 1 << 24;
    /** Detach now, clean up when no longer busy; linux/fs.h. */
    public static final int MNT_DETACH = 2;

    private Mount() {}

    /**
     * mount(2).
     *
     * @param source a device, a directory, or any word for file systems without a device
     * @param type the file system; empty where the flags say it all
     * @param data options of the file system; may be empty
     * @throws SyscallException naming the target: EPERM, EBUSY, ENODEV (no such type), EINVAL, ENOENT
     */
    public static void mount(String source, String target, String type, long flags, String data) {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.MOUNT.invoke(
                    arena.allocateFrom(source).address(),
                    arena.allocateFrom(target).address(),
                    type.isEmpty() ? 0 : arena.allocateFrom(type).address(),
                    flags,
                    data.isEmpty() ? 0 : arena.allocateFrom(data).address(),
                    0);
            Errno.check(result, "mount", target);
        }
    }

    /**
     * umount2(2).
     *
     * @param flags 0 or {@link #MNT_DETACH}
     * @throws SyscallException naming the target: EPERM, EBUSY, EINVAL (not a mount point), ENOENT
     */
    public static void umount(String target, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            Errno.check(Syscall.UMOUNT2.invoke(arena.allocateFrom(target).address(), flags), "umount2", target);
        }
    }
}
