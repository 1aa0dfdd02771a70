package io.gatun.ffm.file;

import io.gatun.ffm.Errno;
import io.gatun.ffm.NativeBuffer;
import io.gatun.ffm.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Calls on an open file or directory, whose descriptor is borrowed. {@code object} names it in errors. Any thread. */
public final class OpenFile {
    private static final int XATTR_SIZE_MAX = 65536;

    private OpenFile() {}

    /** pwrite64(2), repeated after EINTR and short writes until all is written. */
    public static void write(int fd, MemorySegment data, long offset, Object object) {
        long written = 0;
        while (written < data.byteSize()) {
            long n = Syscall.PWRITE64.invoke(fd, data.address() + written, data.byteSize() - written, offset + written);
            if (n != -Errno.EINTR) {
                written += Errno.check(n, "pwrite64", object);
            }
        }
    }

    /** The same from a buffer. */
    public static void write(int fd, byte[] data, long offset, Object object) {
        try (Arena arena = Arena.ofConfined()) {
            write(fd, arena.allocateFrom(ValueLayout.JAVA_BYTE, data), offset, object);
        }
    }

    /** The same. */
    public static void write(int fd, NativeBuffer data, long offset, Object object) {
        write(fd, data.segment(), offset, object);
    }

    /** ftruncate(2): what lies beyond what was written reads as zeros and takes no space. */
    public static void truncate(int fd, long sizeBytes, Object object) {
        Errno.check(Syscall.FTRUNCATE.invoke(fd, sizeBytes), "ftruncate", object);
    }

    /**
     * copy_file_range(2), Linux 4.5: from the start of one file to the start of another. Shares blocks where the file
     * system can (btrfs, xfs), and otherwise copies within the kernel.
     *
     * @param sizeBytes of the source
     * @return false when these two files cannot be copied so (EXDEV, ENOTSUP, EINVAL); nothing is written then
     */
    public static boolean copy(int from, int to, long sizeBytes, Object object) {
        long copied = 0;
        while (copied < sizeBytes) {
            long n = Syscall.COPY_FILE_RANGE.invoke(from, 0, to, 0, sizeBytes - copied, 0);
            boolean unable = n == -Errno.EXDEV || n == -Errno.ENOTSUP || n == -Errno.EINVAL || n == -Errno.ENOSYS;
            if (copied == 0 && unable) {
                return false;
            }
            if (n != -Errno.EINTR && Errno.check(n, "copy_file_range", object) == 0) {
                // The source is not to change; a file system without real sizes (procfs) answers so as well.
                return copied > 0;
            }
            copied += Math.max(n, 0);
        }
        return true;
    }

    /** fchown(2). Clears set-user-id and capabilities, so it comes before both. */
    public static void chown(int fd, int uid, int gid, Object object) {
        Errno.check(Syscall.FCHOWN.invoke(fd, uid, gid), "fchown", object);
    }

    /** fchmod(2): not subject to umask. */
    public static void chmod(int fd, int mode, Object object) {
        Errno.check(Syscall.FCHMOD.invoke(fd, mode), "fchmod", object);
    }

    /** utimensat(2) without a path: sets access and modification time to one instant. */
    public static void setTimes(int fd, long seconds, int nanos, Object object) {
        try (Arena arena = Arena.ofConfined()) {
            long times = At.times(arena, seconds, nanos).address();
            Errno.check(Syscall.UTIMENSAT.invoke(fd, 0, times, 0), "utimensat", object);
        }
    }

    /** fsync(2). */
    public static void sync(int fd, Object object) {
        Errno.check(Syscall.FSYNC.invoke(fd), "fsync", object);
    }

    /** syncfs(2): the whole file system that the descriptor is on, in one call for any number of files. */
    public static void syncFileSystem(int fd, Object object) {
        Errno.check(Syscall.SYNCFS.invoke(fd), "syncfs", object);
    }

    /**
     * fsetxattr(2); xattr(7).
     *
     * @return 0, or {@code -errno}: EPERM (no right to this name space), ENOTSUP (the file system has none)
     */
    public static long trySetXattr(int fd, String name, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment content = arena.allocate(Math.max(value.length, 1));
            MemorySegment.copy(value, 0, content, ValueLayout.JAVA_BYTE, 0, value.length);
            return Syscall.FSETXATTR.invoke(
                    fd, arena.allocateFrom(name).address(), content.address(), value.length, 0, 0);
        }
    }

    /**
     * fgetxattr(2).
     *
     * @return empty when it has no such attribute, or its file system has none at all
     */
    public static Optional<byte[]> getXattr(int fd, String name, Object object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(XATTR_SIZE_MAX);
            long length =
                    Syscall.FGETXATTR.invoke(fd, arena.allocateFrom(name).address(), value.address(), XATTR_SIZE_MAX);
            if (length == -Errno.ENODATA || length == -Errno.ENOTSUP) {
                return Optional.empty();
            }
            Errno.check(length, "fgetxattr", object);
            return Optional.of(value.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** flistxattr(2): the names of all extended attributes that the caller may see. */
    public static List<String> listXattrs(int fd, Object object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(XATTR_SIZE_MAX);
            long length = Syscall.FLISTXATTR.invoke(fd, names.address(), XATTR_SIZE_MAX);
            if (length == -Errno.ENOTSUP) {
                return List.of();
            }
            Errno.check(length, "flistxattr", object);
            List<String> found = new ArrayList<>();
            for (long at = 0; at < length; ) {
                String name = names.getString(at);
                found.add(name);
                at += name.getBytes(StandardCharsets.UTF_8).length + 1L;
            }
            return found;
        }
    }
}
