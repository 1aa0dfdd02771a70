package io.gatun.ffm.file;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Project quotas of a file system (xfs, ext4, f2fs mounted with {@code prjquota}): a directory and all that is made below
 * it count for a project, whose limit the kernel holds with EDQUOT; quotactl(2), quotactl_fd(2) (Linux 5.14). Any thread.
 */
public final class ProjectQuota {
    /** struct fsxattr of linux/fs.h; 28 bytes. */
    static final StructLayout FSXATTR = MemoryLayout.structLayout(
                    JAVA_INT.withName("fsx_xflags"),
                    JAVA_INT.withName("fsx_extsize"),
                    JAVA_INT.withName("fsx_nextents"),
                    JAVA_INT.withName("fsx_projid"),
                    JAVA_INT.withName("fsx_cowextsize"),
                    MemoryLayout.paddingLayout(8))
            .withName("fsxattr");

    /** struct if_dqblk of linux/quota.h; 72 bytes. */
    static final StructLayout DQBLK = MemoryLayout.structLayout(
                    JAVA_LONG.withName("dqb_bhardlimit"),
                    JAVA_LONG.withName("dqb_bsoftlimit"),
                    JAVA_LONG.withName("dqb_curspace"),
                    JAVA_LONG.withName("dqb_ihardlimit"),
                    JAVA_LONG.withName("dqb_isoftlimit"),
                    JAVA_LONG.withName("dqb_curinodes"),
                    JAVA_LONG.withName("dqb_btime"),
                    JAVA_LONG.withName("dqb_itime"),
                    JAVA_INT.withName("dqb_valid"),
                    MemoryLayout.paddingLayout(4))
            .withName("if_dqblk");

    /** _IOR('X', 31, struct fsxattr). */
    static final long FS_IOC_FSGETXATTR = 0x801c581fL;
    /** _IOW('X', 32, struct fsxattr). */
    static final long FS_IOC_FSSETXATTR = 0x401c5820L;

    /** New files below inherit the project; linux/fs.h. */
    private static final int FS_XFLAG_PROJINHERIT = 0x200;

    private static final int PRJQUOTA = 2;
    private static final int Q_GETQUOTA = 0x800007;
    private static final int Q_SETQUOTA = 0x800008;
    private static final int SUBCMDSHIFT = 8;
    /** QIF_BLIMITS; linux/quota.h. */
    private static final int QIF_BLIMITS = 1;
    /** Limits are passed in these; usage in bytes. */
    private static final long QIF_DQBLKSIZE = 1024;

    private ProjectQuota() {}

    /**
     * A project's limit and usage.
     *
     * @param limitBytes 0 for none
     * @param usedBytes what the file system holds for it
     */
    public record Quota(long limitBytes, long usedBytes) {}

    /**
     * Puts a file into a project; with a directory, what is made below it from now on.
     *
     * @param project 1 to 2^32 - 1 as an unsigned int; 0 takes it out
     * @throws SyscallException EOPNOTSUPP or ENOTTY: the file system has no projects; EPERM; EINVAL
     */
    public static void assign(Path directory, int project) {
        try (OwnedFd fd = open(directory);
                Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(FSXATTR);
            ioctl(fd, FS_IOC_FSGETXATTR, attributes, directory);
            int flags = attributes.get(JAVA_INT, offset(FSXATTR, "fsx_xflags"));
            boolean inherit = project != 0 && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
            attributes.set(
                    JAVA_INT,
                    offset(FSXATTR, "fsx_xflags"),
                    inherit ? flags | FS_XFLAG_PROJINHERIT : flags & ~FS_XFLAG_PROJINHERIT);
            attributes.set(JAVA_INT, offset(FSXATTR, "fsx_projid"), project);
            ioctl(fd, FS_IOC_FSSETXATTR, attributes, directory);
        }
    }

    /**
     * Puts a directory and all that is in it into a project. Links are not followed; what is neither file nor directory
     * takes no room. Nobody else may change the tree meanwhile.
     *
     * @param project as of {@link #assign}
     */
    public static void assignAll(Path directory, int project) {
        List<Path> found;
        try (Stream<Path> tree = Files.walk(directory)) {
            found = tree.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                            || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("list " + directory, e);
        }
        found.forEach(path -> assign(path, project));
    }

    /**
     * The project of a directory; 0 for none.
     *
     * @throws SyscallException EOPNOTSUPP or ENOTTY: the file system has no projects
     */
    public static int project(Path directory) {
        try (OwnedFd fd = open(directory);
                Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(FSXATTR);
            ioctl(fd, FS_IOC_FSGETXATTR, attributes, directory);
            return attributes.get(JAVA_INT, offset(FSXATTR, "fsx_projid"));
        }
    }

    /**
     * Sets the hard limit of a project.
     *
     * @param path any file of the file system
     * @param limitBytes rounded up to 1 KiB; 0 for none
     * @throws SyscallException ESRCH: the file system was not mounted with {@code prjquota}; EPERM; ENOSYS before 5.14
     */
    public static void limit(Path path, int project, long limitBytes) {
        try (OwnedFd fd = open(path);
                Arena arena = Arena.ofConfined()) {
            MemorySegment quota = arena.allocate(DQBLK);
            quota.set(JAVA_LONG, offset(DQBLK, "dqb_bhardlimit"), Math.ceilDiv(limitBytes, QIF_DQBLKSIZE));
            quota.set(JAVA_INT, offset(DQBLK, "dqb_valid"), QIF_BLIMITS);
            quotactl(fd, Q_SETQUOTA, project, quota, path);
        }
    }

    /**
     * A project's limit and usage.
     *
     * @param path any file of the file system
     * @throws SyscallException ESRCH: the file system was not mounted with {@code prjquota}; EPERM; ENOSYS before 5.14
     */
    public static Quota quota(Path path, int project) {
        try (OwnedFd fd = open(path);
                Arena arena = Arena.ofConfined()) {
            MemorySegment quota = arena.allocate(DQBLK);
            quotactl(fd, Q_GETQUOTA, project, quota, path);
            return new Quota(
                    quota.get(JAVA_LONG, offset(DQBLK, "dqb_bhardlimit")) * QIF_DQBLKSIZE,
                    quota.get(JAVA_LONG, offset(DQBLK, "dqb_curspace")));
        }
    }

    private static OwnedFd open(Path path) {
        return Fd.open(path, Fd.O_RDONLY | Fd.oNofollow(io.gatun.ffm.Arch.current()), 0);
    }

    private static void ioctl(OwnedFd fd, long request, MemorySegment argument, Path path) {
        String name = request == FS_IOC_FSGETXATTR ? "FS_IOC_FSGETXATTR" : "FS_IOC_FSSETXATTR";
        Errno.check(Syscall.IOCTL.invoke(fd.fd(), request, argument.address()), "ioctl " + name, path);
    }

    private static void quotactl(OwnedFd fd, int command, int project, MemorySegment quota, Path path) {
        long operation = (long) command << SUBCMDSHIFT | PRJQUOTA;
        // The kernel reads the command as an unsigned int.
        long result = Syscall.QUOTACTL_FD.invoke(
                fd.fd(), operation & 0xffff_ffffL, Integer.toUnsignedLong(project), quota.address());
        Errno.check(result, "quotactl_fd", path + " project " + Integer.toUnsignedString(project));
    }

    static long offset(StructLayout layout, String field) {
        return layout.byteOffset(groupElement(field));
    }
}
