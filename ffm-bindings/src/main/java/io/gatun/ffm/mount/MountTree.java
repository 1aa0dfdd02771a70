package io.gatun.ffm.mount;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Mounts as descriptors, Linux 5.2: a tree is cloned, changed, and then attached, so that no path is looked up twice. A
 * clone that is never attached goes with its descriptor. For the calling thread's mount namespace.
 */
public final class MountTree {
    /** A clone of the mount in place of the mount itself; open_tree(2). */
    public static final int OPEN_TREE_CLONE = 1;
    /** The source is the descriptor; move_mount(2). */
    public static final int MOVE_MOUNT_F_EMPTY_PATH = 0x4;
    /** The target is the descriptor; move_mount(2). */
    public static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    private MountTree() {}

    /**
     * open_tree(2) with OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC: a detached mount of what a path leads to.
     *
     * @param recursive with everything mounted below
     * @throws SyscallException naming the path: ENOENT, EPERM, EINVAL (an unbindable mount)
     */
    public static OwnedFd open(Path path, boolean recursive) {
        try (Arena arena = Arena.ofConfined()) {
            long flags = OPEN_TREE_CLONE | Fd.O_CLOEXEC | (recursive ? Fd.AT_RECURSIVE : 0);
            long fd = Syscall.OPEN_TREE.invoke(
                    Fd.AT_FDCWD, arena.allocateFrom(path.toString()).address(), flags);
            return new OwnedFd((int) Errno.check(fd, "open_tree", path));
        }
    }

    /**
     * mount_setattr(2) with AT_EMPTY_PATH.
     *
     * @param set MOUNT_ATTR_* of {@link MountAttr} to add
     * @param userns the user namespace of MOUNT_ATTR_IDMAP, or 0
     * @param object what a message says it was done to
     * @throws SyscallException EINVAL: a file system that knows no idmapped mounts, or a mount that is attached already
     */
    public static void setAttributes(int mount, boolean recursive, long set, int userns, Object object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(MountAttr.LAYOUT);
            MountAttr.set(attr, "attr_set", set);
            MountAttr.set(attr, "userns_fd", userns);
            long flags = Fd.AT_EMPTY_PATH | (recursive ? Fd.AT_RECURSIVE : 0);
            long empty = arena.allocateFrom("").address();
            long result =
                    Syscall.MOUNT_SETATTR.invoke(mount, empty, flags, attr.address(), MountAttr.LAYOUT.byteSize(), 0);
            Errno.check(result, "mount_setattr", object);
        }
    }
}
