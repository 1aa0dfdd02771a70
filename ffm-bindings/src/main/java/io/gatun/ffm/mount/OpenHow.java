package io.gatun.ffm.mount;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.List;

/**
 * openat2(2), Linux 5.6, and its struct open_how, linux/openat2.h: a path is resolved by rules that a symbolic link put
 * there by somebody else cannot get around. Any thread.
 *
 * @param flags O_* of {@link Fd}
 * @param mode permission bits, 0 unless O_CREAT is among the flags
 * @param resolve RESOLVE_*
 */
public record OpenHow(long flags, long mode, long resolve) {
    /** Crossing no mount point. */
    public static final long RESOLVE_NO_XDEV = 0x01;
    /** Links of /proc, which lead past every path, are ELOOP. */
    public static final long RESOLVE_NO_MAGICLINKS = 0x02;
    /** Every symbolic link is ELOOP. */
    public static final long RESOLVE_NO_SYMLINKS = 0x04;
    /** What leads out of the starting directory is EXDEV: absolute names and links, {@code ..} at the top. */
    public static final long RESOLVE_BENEATH = 0x08;
    /** The starting directory is the root, for absolute links and {@code ..} too, as after chroot(2). */
    public static final long RESOLVE_IN_ROOT = 0x10;

    /** The struct, 24 bytes. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
                    JAVA_LONG.withName("flags"), JAVA_LONG.withName("mode"), JAVA_LONG.withName("resolve"))
            .withName("open_how");

    /** Its size in bytes. */
    public static final long SIZE_BYTES = LAYOUT.byteSize();

    /** The struct's words, in order. */
    public List<Long> words() {
        return List.of(flags, mode, resolve);
    }

    /**
     * openat2(2); O_CLOEXEC is added. EAGAIN, which a rename elsewhere in the tree causes, starts it anew.
     *
     * @param directory an open directory, or {@link Fd#AT_FDCWD}
     * @throws io.gatun.ffm.SyscallException naming the path: EXDEV (leads out), ELOOP (a link that is not allowed),
     *     ENOENT, EACCES, ENOTDIR
     */
    public OwnedFd open(int directory, String path) {
        return new OwnedFd((int) Errno.check(tryOpen(directory, path), "openat2", path));
    }

    /** The same for callers that expect an error: a descriptor that is the caller's to close, or {@code -errno}. */
    public long tryOpen(int directory, String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(LAYOUT);
            how.setAtIndex(JAVA_LONG, 0, flags | Fd.O_CLOEXEC);
            how.setAtIndex(JAVA_LONG, 1, mode);
            how.setAtIndex(JAVA_LONG, 2, resolve);
            long name = arena.allocateFrom(path).address();
            long fd;
            do {
                fd = Syscall.OPENAT2.invoke(directory, name, how.address(), LAYOUT.byteSize());
            } while (fd == -Errno.EAGAIN);
            return fd;
        }
    }
}
