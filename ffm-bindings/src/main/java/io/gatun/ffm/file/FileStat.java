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

/**
 * What statx(2) says of a file, symbolic links not followed; Linux 4.11.
 *
 * @param mode type and permission bits, inode(7)
 * @param links hard links
 * @param inode together with {@code device} the file's identity
 * @param device major number in the upper 32 bits, minor in the lower
 * @param allocatedBytes what the file takes on its disk, whatever its length
 */
public record FileStat(int mode, int links, long inode, long device, long allocatedBytes) {
    /** Bits of the type; inode(7). */
    public static final int S_IFMT = 0170000;
    /** A directory; inode(7). */
    public static final int S_IFDIR = 0040000;

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
                    MemoryLayout.paddingLayout(4 * 16),
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
    private static final long MODE = offset("stx_mode");
    private static final long INO = offset("stx_ino");
    private static final long BLOCKS = offset("stx_blocks");
    private static final long DEV_MAJOR = offset("stx_dev_major");
    private static final long DEV_MINOR = offset("stx_dev_minor");

    /** Whether it is a directory. */
    public boolean isDirectory() {
        return (mode & S_IFMT) == S_IFDIR;
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
                buffer.get(JAVA_LONG, INO),
                (long) buffer.get(JAVA_INT, DEV_MAJOR) << Integer.SIZE | buffer.get(JAVA_INT, DEV_MINOR),
                buffer.get(JAVA_LONG, BLOCKS) * BLOCK_BYTES);
    }

    private static long offset(String field) {
        return LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement(field));
    }
}
