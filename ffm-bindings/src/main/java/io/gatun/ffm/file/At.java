package io.gatun.ffm.file;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.mount.OpenHow;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The calls of section 2 that take a directory's descriptor and a name in it. With a name of one component they cannot
 * be led out of the directory, whatever the tree above or below it is turned into meanwhile. Any thread.
 *
 * <p>{@code directory} is borrowed. Names are passed as UTF-8. Those that end in {@code try} return {@code -errno}.
 */
public final class At {
    /** unlinkat(2): the name is an empty directory's; linux/fcntl.h. */
    private static final int AT_REMOVEDIR = 0x200;

    private static final int PATH_MAX = 4096;
    /** The type of a character device; linux/stat.h. */
    private static final int S_IFCHR = 0020000;
    /** Of a device number below 4096:256; makedev(3). */
    private static final int MINOR_BITS = 8;

    private At() {}

    /** Opens a directory to work in: O_DIRECTORY, not through a symbolic link. */
    public static OwnedFd openDirectory(int directory, String name) {
        long flags = Fd.O_RDONLY | Fd.oDirectory(Arch.current()) | Fd.oNofollow(Arch.current());
        return new OpenHow(flags, 0, 0).open(directory, name);
    }

    /** mkdirat(2); the mode is subject to umask. 0, or {@code -errno}: EEXIST. */
    public static long tryMkdir(int directory, String name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.MKDIRAT.invoke(directory, arena.allocateFrom(name).address(), mode);
        }
    }

    /** symlinkat(2). 0, or {@code -errno}: EEXIST. */
    public static long trySymlink(String target, int directory, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.SYMLINKAT.invoke(
                    arena.allocateFrom(target).address(),
                    directory,
                    arena.allocateFrom(name).address());
        }
    }

    /** linkat(2) without flags: a symbolic link gets another name itself. 0, or {@code -errno}: EEXIST, EMLINK, ENOENT. */
    public static long tryLink(int fromDirectory, String from, int directory, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.LINKAT.invoke(
                    fromDirectory,
                    arena.allocateFrom(from).address(),
                    directory,
                    arena.allocateFrom(name).address(),
                    0,
                    0);
        }
    }

    /**
     * mknodat(2) of a FIFO, or of overlayfs' whiteout: the one device that needs no CAP_MKNOD, since Linux 5.8.
     *
     * @param mode type and permission bits, subject to umask
     * @return 0, or {@code -errno}: EEXIST, EPERM
     */
    public static long tryMakeNode(int directory, String name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.MKNODAT.invoke(directory, arena.allocateFrom(name).address(), mode, 0);
        }
    }

    /**
     * mknodat(2) of a character device.
     *
     * @param permissions subject to umask
     * @return 0, or {@code -errno}: EEXIST, EPERM (without CAP_MKNOD)
     */
    public static long tryMakeCharacterDevice(int directory, String name, int permissions, int major, int minor) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.MKNODAT.invoke(
                    directory,
                    arena.allocateFrom(name).address(),
                    S_IFCHR | permissions,
                    (long) major << MINOR_BITS | minor);
        }
    }

    /** unlinkat(2) of anything but a directory. 0, or {@code -errno}: ENOENT, EISDIR. */
    public static long tryUnlink(int directory, String name) {
        return unlink(directory, name, 0);
    }

    /** unlinkat(2) of an empty directory. 0, or {@code -errno}: ENOENT, ENOTEMPTY, ENOTDIR, EBUSY (a mount point). */
    public static long tryRemoveDirectory(int directory, String name) {
        return unlink(directory, name, AT_REMOVEDIR);
    }

    private static long unlink(int directory, String name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.UNLINKAT.invoke(directory, arena.allocateFrom(name).address(), flags);
        }
    }

    /** renameat2(2) without flags: an existing target is replaced. */
    public static void rename(int fromDirectory, String from, int directory, String name) {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.RENAMEAT2.invoke(
                    fromDirectory,
                    arena.allocateFrom(from).address(),
                    directory,
                    arena.allocateFrom(name).address(),
                    0,
                    0);
            Errno.check(result, "renameat2", from + " to " + name);
        }
    }

    /** readlinkat(2): the target of a symbolic link. */
    public static String readLink(int directory, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(PATH_MAX);
            long length = Syscall.READLINKAT.invoke(
                    directory, arena.allocateFrom(name).address(), target.address(), PATH_MAX);
            Errno.check(length, "readlinkat", name);
            byte[] bytes = target.asSlice(0, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** fchownat(2) with AT_SYMLINK_NOFOLLOW. Clears set-user-id and capabilities, so it comes before both. */
    public static void chown(int directory, String name, int uid, int gid) {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.FCHOWNAT.invoke(
                    directory, arena.allocateFrom(name).address(), uid, gid, Fd.AT_SYMLINK_NOFOLLOW, 0);
            Errno.check(result, "fchownat", name);
        }
    }

    /** fchmodat(2). It follows a symbolic link: only for a name that the caller knows to be none. */
    public static void chmod(int directory, String name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            Errno.check(
                    Syscall.FCHMODAT.invoke(directory, arena.allocateFrom(name).address(), mode), "fchmodat", name);
        }
    }

    /** utimensat(2) with AT_SYMLINK_NOFOLLOW: sets access and modification time to one instant. */
    public static void setTimes(int directory, String name, long seconds, int nanos) {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.UTIMENSAT.invoke(
                    directory,
                    arena.allocateFrom(name).address(),
                    times(arena, seconds, nanos).address(),
                    Fd.AT_SYMLINK_NOFOLLOW);
            Errno.check(result, "utimensat", name);
        }
    }

    /** struct timespec [2]: access, then modification. */
    static MemorySegment times(Arena arena, long seconds, int nanos) {
        return arena.allocateFrom(JAVA_LONG, seconds, nanos, seconds, nanos);
    }
}
