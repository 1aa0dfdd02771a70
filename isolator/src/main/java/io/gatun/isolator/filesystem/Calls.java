package io.gatun.isolator.filesystem;

import static io.gatun.ffm.mount.Mount.MS_BIND;
import static io.gatun.ffm.mount.Mount.MS_NODEV;
import static io.gatun.ffm.mount.Mount.MS_NOEXEC;
import static io.gatun.ffm.mount.Mount.MS_NOSUID;
import static io.gatun.ffm.mount.Mount.MS_PRIVATE;
import static io.gatun.ffm.mount.Mount.MS_RDONLY;
import static io.gatun.ffm.mount.Mount.MS_REC;
import static io.gatun.ffm.mount.Mount.MS_REMOUNT;
import static io.gatun.ffm.mount.Mount.MS_SLAVE;
import static io.gatun.ffm.mount.Mount.MS_STRICTATIME;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.mount.Mount;
import io.gatun.ffm.mount.MountAttr;
import io.gatun.ffm.mount.MountTree;
import io.gatun.ffm.mount.OpenHow;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.LaunchContext;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/** Records of the calls that file systems are made with, each as its manual page writes it. */
public final class Calls {
    private static final Operand AT_FDCWD = Operand.named(Fd.AT_FDCWD, "AT_FDCWD");
    private static final Operand EMPTY = Operand.text("");
    private static final long S_IFCHR = 0020000;
    private static final long S_IFREG = 0100000;
    private static final int MINOR_BITS = 8;

    private static final Map<Long, String> MOUNT_FLAGS = new TreeMap<>(Map.of(
            MS_RDONLY, "MS_RDONLY",
            MS_NOSUID, "MS_NOSUID",
            MS_NODEV, "MS_NODEV",
            MS_NOEXEC, "MS_NOEXEC",
            MS_REMOUNT, "MS_REMOUNT",
            MS_BIND, "MS_BIND",
            MS_REC, "MS_REC",
            MS_PRIVATE, "MS_PRIVATE",
            MS_SLAVE, "MS_SLAVE",
            MS_STRICTATIME, "MS_STRICTATIME"));

    private static final ConcurrentMap<Long, Operand> MOUNT_OPERANDS = new ConcurrentHashMap<>();

    private static final Map<Long, String> ATTRIBUTES = new TreeMap<>(
            Map.of(MountAttr.MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY", MountAttr.MOUNT_ATTR_IDMAP, "MOUNT_ATTR_IDMAP"));

    private static final Map<Long, String> RESOLVE = new TreeMap<>(Map.of(
            OpenHow.RESOLVE_NO_MAGICLINKS,
            "RESOLVE_NO_MAGICLINKS",
            OpenHow.RESOLVE_BENEATH,
            "RESOLVE_BENEATH",
            OpenHow.RESOLVE_IN_ROOT,
            "RESOLVE_IN_ROOT"));

    private static final String WORKING_DIRECTORY = "working_directory";

    private Calls() {}

    /** mount(2); null stands for NULL. */
    public static SyscallRecord mount(String source, String target, String type, long flags, String data) {
        return SyscallRecord.of(
                Syscall.MOUNT, target, text(source), text(target), text(type), flags(MOUNT_FLAGS, flags), text(data));
    }

    /** The options of a tmpfs that belongs to the container's root, where that is not the host's. */
    static String owner(LaunchContext launch) {
        return launch.config()
                .namespaces()
                .ids()
                .map(ids -> ",uid=" + ids.firstHostId() + ",gid=" + ids.firstHostId())
                .orElse("");
    }

    private static Operand text(String text) {
        return text == null ? Operand.NULL : Operand.text(text);
    }

    /** The same few combinations come with every launch. */
    private static Operand flags(Map<Long, String> names, long flags) {
        return names == MOUNT_FLAGS
                ? MOUNT_OPERANDS.computeIfAbsent(flags, bits -> named(names, bits))
                : named(names, flags);
    }

    private static Operand named(Map<Long, String> names, long flags) {
        String shown = names.entrySet().stream()
                .filter(entry -> (flags & entry.getKey()) != 0)
                .map(Map.Entry::getValue)
                .collect(Collectors.joining("|"));
        return Operand.named(flags, shown.isEmpty() ? "0" : shown);
    }

    /**
     * open_tree(2): a clone of a mount, with all below it, as a descriptor.
     *
     * @param as the name of the descriptor
     */
    static SyscallRecord openTree(String path, boolean recursive, String as) {
        return SyscallRecord.of(Syscall.OPEN_TREE, path, AT_FDCWD, Operand.text(path), cloneFlags(recursive, false))
                .as(as);
    }

    /** open_tree(2) of what a descriptor is open on. */
    static SyscallRecord openTreeAt(String descriptor, String object, String as) {
        return SyscallRecord.of(
                        Syscall.OPEN_TREE, object, new Operand.Result(descriptor), EMPTY, cloneFlags(true, true))
                .as(as);
    }

    private static Operand cloneFlags(boolean recursive, boolean empty) {
        long flags = MountTree.OPEN_TREE_CLONE
                | Fd.O_CLOEXEC
                | (recursive ? Fd.AT_RECURSIVE : 0)
                | (empty ? Fd.AT_EMPTY_PATH : 0);
        return Operand.named(
                flags,
                "OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC" + (recursive ? "|AT_RECURSIVE" : "")
                        + (empty ? "|AT_EMPTY_PATH" : ""));
    }

    /** move_mount(2): attaches a descriptor's mount at the place that another descriptor is open on. */
    static SyscallRecord attach(String mount, String target, String object) {
        return SyscallRecord.of(
                Syscall.MOVE_MOUNT,
                object,
                new Operand.Result(mount),
                EMPTY,
                new Operand.Result(target),
                EMPTY,
                Operand.named(
                        MountTree.MOVE_MOUNT_F_EMPTY_PATH | MountTree.MOVE_MOUNT_T_EMPTY_PATH,
                        "MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH"));
    }

    /** move_mount(2) to a path that nobody but the agent can change; its last component is not followed. */
    static SyscallRecord attachAt(String mount, String path) {
        return attachAt(new Operand.Result(mount), path);
    }

    /** The same for a descriptor that the agent has opened. */
    static SyscallRecord attachAt(Operand mount, String path) {
        return SyscallRecord.of(
                Syscall.MOVE_MOUNT,
                path,
                mount,
                EMPTY,
                AT_FDCWD,
                Operand.text(path),
                Operand.named(MountTree.MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"));
    }

    /**
     * mount_setattr(2) of a descriptor's mount and all below it.
     *
     * @param set MOUNT_ATTR_*
     * @param propagation MS_PRIVATE, or 0 to leave it
     */
    static SyscallRecord setAttributes(String mount, long set, long propagation, String object) {
        List<Operand> words = List.of(Operand.of(set), Operand.of(0), Operand.of(propagation), Operand.of(0));
        String shown = "{attr_set=" + flags(ATTRIBUTES, set).shown() + ", propagation="
                + flags(MOUNT_FLAGS, propagation).shown() + "}";
        return setAttributes(mount, true, new Operand.Struct(words, shown), object);
    }

    /** mount_setattr(2): owners are seen through a user namespace. */
    static SyscallRecord mapOwners(String mount, Operand userns, boolean recursive, String object) {
        List<Operand> words = List.of(Operand.of(MountAttr.MOUNT_ATTR_IDMAP), Operand.of(0), Operand.of(0), userns);
        String shown = "{attr_set=MOUNT_ATTR_IDMAP, userns_fd=" + userns.shown() + "}";
        return setAttributes(mount, recursive, new Operand.Struct(words, shown), object);
    }

    private static SyscallRecord setAttributes(String mount, boolean recursive, Operand attr, String object) {
        return SyscallRecord.of(
                Syscall.MOUNT_SETATTR,
                object,
                new Operand.Result(mount),
                EMPTY,
                Operand.named(
                        Fd.AT_EMPTY_PATH | (recursive ? Fd.AT_RECURSIVE : 0),
                        "AT_EMPTY_PATH" + (recursive ? "|AT_RECURSIVE" : "")),
                attr,
                Operand.of(MountAttr.SIZE_BYTES));
    }

    /** mount_setattr(2) of a path's mount alone: read-only. */
    static SyscallRecord makeReadOnly(String path) {
        return SyscallRecord.of(
                Syscall.MOUNT_SETATTR,
                path,
                AT_FDCWD,
                Operand.text(path),
                Operand.of(0),
                new Operand.Words(List.of(MountAttr.MOUNT_ATTR_RDONLY, 0L, 0L, 0L), "{attr_set=MOUNT_ATTR_RDONLY}"),
                Operand.of(MountAttr.SIZE_BYTES));
    }

    /** openat2(2) of a place in the tree: O_PATH. */
    static SyscallRecord place(Operand directory, String path, long resolve, String as) {
        Operand how = new Operand.Words(
                new OpenHow(Fd.O_PATH | Fd.O_CLOEXEC, 0, resolve).words(),
                "{flags=O_PATH|O_CLOEXEC, resolve=" + flags(RESOLVE, resolve).shown() + "}");
        return SyscallRecord.of(
                        Syscall.OPENAT2, path, directory, Operand.text(path), how, Operand.of(OpenHow.SIZE_BYTES))
                .as(as);
    }

    /** As {@link #place(Operand, String, long, String)}, from the working directory or an absolute path on. */
    static SyscallRecord place(String path, long resolve, String as) {
        return place(AT_FDCWD, path, resolve, as);
    }

    /** openat(2) of a directory of the agent's. */
    static SyscallRecord directory(String path, String as) {
        return SyscallRecord.of(
                        Syscall.OPENAT,
                        path,
                        AT_FDCWD,
                        Operand.text(path),
                        Operand.named(Fd.O_PATH | Fd.O_CLOEXEC, "O_PATH|O_CLOEXEC"))
                .as(as);
    }

    /** mkdirat(2), that what is there already does not disturb. */
    static SyscallRecord makeDirectory(Operand directory, String path) {
        return SyscallRecord.of(Syscall.MKDIRAT, path, directory, Operand.text(path), Operand.named(0755, "0755"))
                .orElseGoOn();
    }

    /** mkdirat(2) of an absolute path, that what is there already does not disturb. */
    static SyscallRecord makeDirectory(String path) {
        return makeDirectory(AT_FDCWD, path);
    }

    /** mknodat(2) of an empty file to mount on; unlike open(2) it can neither follow a link nor wait for a FIFO. */
    static SyscallRecord makeFile(Operand directory, String path) {
        return SyscallRecord.of(
                        Syscall.MKNODAT,
                        path,
                        directory,
                        Operand.text(path),
                        Operand.named(S_IFREG | 0644, "S_IFREG|0644"),
                        Operand.of(0))
                .orElseGoOn();
    }

    /** As {@link #makeFile(Operand, String)} for an absolute path. */
    static SyscallRecord makeFile(String path) {
        return makeFile(AT_FDCWD, path);
    }

    /** mknodat(2) of a character device that everybody may use. */
    static SyscallRecord makeDevice(String path, int major, int minor) {
        return SyscallRecord.of(
                Syscall.MKNODAT,
                path,
                AT_FDCWD,
                Operand.text(path),
                Operand.named(S_IFCHR | 0666, "S_IFCHR|0666"),
                Operand.named((long) major << MINOR_BITS | minor, "makedev(" + major + ", " + minor + ")"));
    }

    /** symlinkat(2). */
    static SyscallRecord link(String content, String path) {
        return SyscallRecord.of(Syscall.SYMLINKAT, path, Operand.text(content), AT_FDCWD, Operand.text(path));
    }

    /** umount2(2) of whatever is on top at a path. */
    static SyscallRecord unmount(String path) {
        return SyscallRecord.of(
                Syscall.UMOUNT2, path, Operand.text(path), Operand.named(Mount.MNT_DETACH, "MNT_DETACH"));
    }

    /** umask(2). */
    static SyscallRecord umask(int mask) {
        return SyscallRecord.of(
                Syscall.UMASK, "", Operand.named(mask, mask == 0 ? "0" : "0" + Integer.toOctalString(mask)));
    }

    /** chdir(2). */
    static SyscallRecord changeDirectory(String path) {
        return SyscallRecord.of(Syscall.CHDIR, path, Operand.text(path));
    }

    /**
     * chdir(2) for a path that a container or its image chooses. The child still has the agent's descriptors, so a link
     * of /proc/self/fd would lead out of the root: none is followed.
     */
    static List<SyscallRecord> enter(String path) {
        return List.of(
                place(path, OpenHow.RESOLVE_NO_MAGICLINKS, WORKING_DIRECTORY),
                SyscallRecord.of(Syscall.FCHDIR, path, new Operand.Result(WORKING_DIRECTORY)));
    }
}
