package io.gatun.isolator.filesystem;

import io.gatun.ffm.mount.Mount;
import io.gatun.ffm.mount.MountAttr;
import io.gatun.ffm.process.SyscallRecord;

/**
 * A file system that is made for a container, as mount(2) takes it.
 *
 * @param source what /proc/mounts shows in its first column
 * @param target where it is mounted, an absolute path in the container
 * @param type of file system
 * @param flags MS_* of {@link Mount}: of those only MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC and MS_STRICTATIME
 * @param options separated by commas; may be empty
 */
public record FileSystem(String source, String target, String type, long flags, String options) {
    /** Their numbers are the same for mount(2) and fsmount(2); linux/mount.h. */
    private static final long SAME = Mount.MS_RDONLY | Mount.MS_NOSUID | Mount.MS_NODEV | Mount.MS_NOEXEC;

    public FileSystem {
        if ((flags & ~(SAME | Mount.MS_STRICTATIME)) != 0) {
            throw new IllegalArgumentException("flags=0x" + Long.toHexString(flags) + ": must be those of a new mount");
        }
    }

    /** The call that mounts it. */
    SyscallRecord mount() {
        return Calls.mount(source, target, type, flags, options.isEmpty() ? null : options);
    }

    /** The flags as fsmount(2) takes them, MOUNT_ATTR_* of {@link MountAttr}. */
    public long attributes() {
        return (flags & SAME) | ((flags & Mount.MS_STRICTATIME) != 0 ? MountAttr.MOUNT_ATTR_STRICTATIME : 0);
    }
}
