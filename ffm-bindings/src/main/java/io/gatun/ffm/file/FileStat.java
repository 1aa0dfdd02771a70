package io.gatun.ffm.file;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What statx(2) says of a file, symbolic links not followed; Linux 4.11.
 *
 * @param mode type and permission bits, inode(7)
 * @param links hard links
 * @param uid owner, an unsigned int
 * @param gid group, an unsigned int
 * @param inode together with {@code device} the file's identity
 * @param device major number in the upper 32 bits, minor in the lower
 * @param sizeBytes length of the content, or of a symbolic link's target
 * @param allocatedBytes what the file takes on its disk, whatever its length
 * @param mtimeSeconds of the last change of the content, since 1970; negative before
 * @param mtimeNanos 0 to 999,999,999
 * @param represented the device that a device node stands for, as {@code device}
 */
public record FileStat(
        int mode,
        int links,
        int uid,
        int gid,
        long inode,
        long device,
        long sizeBytes,
        long allocatedBytes,
        long mtimeSeconds,
        int mtimeNanos,
        long represented) {
    /** Bits of the type; inode(7). */
    public static final int S_IFMT = 0170000;
    /** A directory; inode(7). */
    public static final int S_IFDIR = 0040000;
    /** A regular file; inode(7). */
    public static final int S_IFREG = 0100000;
    /** A symbolic link; inode(7). */
    public static final int S_IFLNK = 0120000;
    /** A FIFO; inode(7). */
    public static final int S_IFIFO = 0010000;
    /** A character device; inode(7). */
    public static final int S_IFCHR = 0020000;

    /** struct statx of linux/stat.h, up to the fields of Linux 4.11; 256 bytes. */
    static final StructLayout LAYOUT = MemoryLayout.structLayout(
                    JAVA_INT.withName("stx_mask"),
                    JAVA_INT.withName("stx_blksize"),
                    JAVA_LONG.withName("stx_attributes"),
                    JAVA_INT.withName("stx_nlink"),
                    JAVA_INT.withName("stx_uid"),
                    JAVA_INT.withName("stx_gid"),
                    JAVA_SHORT.withName("stx_mode"),
                    MemoryLayout.paddingLayout(2),
                    JAVA_LONG.withName("stx_ino"),
                    JAVA_LONG.withName("stx_size"),
                    JAVA_LONG.withName("stx_blocks"),
                    JAVA_LONG.withName("stx_attributes_mask"),
                    MemoryLayout.paddingLayout(3 * 16),
                    JAVA_LONG.withName("stx_mtime_sec"),
                    JAVA_INT.withName("stx_mtime_nsec"),
                    MemoryLayout.paddingLayout(4),
                    JAVA_INT.withName("stx_rdev_major"),
                    JAVA_INT.withName("stx_rdev_minor"),
                    JAVA_INT.withName("stx_dev_major"),
                    JAVA_INT.withName("stx_dev_minor"),
                    MemoryLayout.paddingLayout(14 * 8))
            .withName("statx");

    /** STATX_BASIC_STATS; linux/stat.h. */
    private static final int BASIC_STATS = 0x7ff;
    /** stx_blocks counts these, whatever stx_blksize is. */
    private static final int BLOCK_BYTES = 512;

    private static final long NLINK = offset("stx_nlink");
    private static final long UID = offset("stx_uid");
    private static final long GID = offset("stx_gid");
    private static final long SIZE = offset("stx_size");
    private static final long MTIME_SEC = offset("stx_mtime_sec");
    private static final long MTIME_NSEC = offset("stx_mtime_nsec");
    private static final long RDEV_MAJOR = offset("stx_rdev_major");
    private static final long RDEV_MINOR = offset("stx_rdev_minor");
    private static final long MODE = offset("stx_mode");
    private static final long INO = offset("stx_ino");
    private static final long BLOCKS = offset("stx_blocks");
    private static final long DEV_MAJOR = offset("stx_dev_major");
    private static final long DEV_MINOR = offset("stx_dev_minor");

    /** Whether it is a directory. */
    public boolean isDirectory() {
        return (mode & S_IFMT) == S_IFDIR;
    }

    /** The type: one of the S_IF constants. */
    public int type() {
        return mode & S_IFMT;
    }

    /** The permission bits with set-user-id, set-group-id and sticky: 0 to 07777. */
    public int permissions() {
        return mode & 07777;
    }

    /** Whether it is a symbolic link. */
    public boolean isSymbolicLink() {
        return type() == S_IFLNK;
    }

    /** Whether it is a regular file. */
    public boolean isRegular() {
        return type() == S_IFREG;
    }

    /** Whether overlayfs takes it for the absence of a file: a character device 0:0; filesystems/overlayfs.rst. */
    public boolean isWhiteout() {
        return type() == S_IFCHR && represented == 0;
    }

    /**
     * Asks about a name in a directory.
     *
     * @param directory a descriptor, or {@link Fd#AT_FDCWD}
     * @return empty when there is no such file
     */
    public static Optional<FileStat> of(int directory, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LAYOUT);
            long result = at(directory, arena.allocateFrom(name).address(), 0, buffer);
            if (result == -Errno.ENOENT || result == -Errno.ENOTDIR) {
                return Optional.empty();
            }
            Errno.check(result, "statx", name);
            return Optional.of(read(buffer));
        }
    }

    /** Asks about an open file, whose descriptor is borrowed. */
    public static FileStat of(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LAYOUT);
            long empty = arena.allocateFrom("").address();
            Errno.check(at(fd, empty, Fd.AT_EMPTY_PATH, buffer), "statx", "fd " + fd);
            return read(buffer);
        }
    }

    /**
     * Asks about a path.
     *
     * @throws io.gatun.ffm.SyscallException naming the path: ENOENT, EACCES
     */
    public static FileStat of(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LAYOUT);
            long name = arena.allocateFrom(path.toString()).address();
            Errno.check(at(Fd.AT_FDCWD, name, 0, buffer), "statx", path);
            return read(buffer);
        }
    }

    /** statx(2) into a buffer; the result or {@code -errno}. */
    static long at(int directory, long name, int flags, MemorySegment buffer) {
        return Syscall.STATX.invoke(directory, name, flags | Fd.AT_SYMLINK_NOFOLLOW, BASIC_STATS, buffer.address(), 0);
    }

    static FileStat read(MemorySegment buffer) {
        return new FileStat(
                Short.toUnsignedInt(buffer.get(JAVA_SHORT, MODE)),
                buffer.get(JAVA_INT, NLINK),
                buffer.get(JAVA_INT, UID),
                buffer.get(JAVA_INT, GID),
                buffer.get(JAVA_LONG, INO),
                device(buffer, DEV_MAJOR, DEV_MINOR),
                buffer.get(JAVA_LONG, SIZE),
                buffer.get(JAVA_LONG, BLOCKS) * BLOCK_BYTES,
                buffer.get(JAVA_LONG, MTIME_SEC),
                buffer.get(JAVA_INT, MTIME_NSEC),
                device(buffer, RDEV_MAJOR, RDEV_MINOR));
    }

    private static long device(MemorySegment buffer, long major, long minor) {
        return (long) buffer.get(JAVA_INT, major) << Integer.SIZE | buffer.get(JAVA_INT, minor);
    }

    private static long offset(String field) {
        return LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement(field));
    }
}
