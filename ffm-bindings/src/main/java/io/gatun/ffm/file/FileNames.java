package io.gatun.ffm.file;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Names in the file system: mkdir(2), rename(2), unlink(2), rmdir(2), each one system call, where the JDK looks before
 * and after. For the files of a launch, of which there are many in little time. Any thread.
 */
public final class FileNames {
    private static final int AT_REMOVEDIR = 0x200;

    private FileNames() {}

    /**
     * Makes a directory.
     *
     * @param mode permission bits, less the umask
     * @return false when something has that name
     * @throws SyscallException naming the path
     */
    public static boolean makeDirectory(Path path, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.MKDIRAT.invoke(Fd.AT_FDCWD, name(arena, path), mode);
            if (result == -Errno.EEXIST) {
                return false;
            }
            Errno.check(result, "mkdir", path);
            return true;
        }
    }

    /**
     * Gives a file another name, atomically in place of what has it.
     *
     * @throws SyscallException naming the old path
     */
    public static void rename(Path from, Path to) {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.RENAMEAT2.invoke(Fd.AT_FDCWD, name(arena, from), Fd.AT_FDCWD, name(arena, to), 0, 0);
            Errno.check(result, "rename", from);
        }
    }

    /**
     * Removes a file.
     *
     * @return false when there is none
     * @throws SyscallException naming the path
     */
    public static boolean removeFile(Path path) {
        return remove(path, 0, "unlink");
    }

    /**
     * Removes an empty directory.
     *
     * @return false when there is none
     * @throws SyscallException naming the path: ENOTEMPTY; EBUSY for a cgroup with processes or cgroups below
     */
    public static boolean removeDirectory(Path path) {
        return remove(path, AT_REMOVEDIR, "rmdir");
    }

    /**
     * Removes a directory unless something is in it.
     *
     * @return false when something is; true also when there is no such directory
     * @throws SyscallException naming the path
     */
    public static boolean removeDirectoryIfEmpty(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.UNLINKAT.invoke(Fd.AT_FDCWD, name(arena, path), AT_REMOVEDIR);
            if (result == -Errno.ENOTEMPTY) {
                return false;
            }
            if (result != -Errno.ENOENT) {
                Errno.check(result, "rmdir", path);
            }
            return true;
        }
    }

    private static boolean remove(Path path, int flags, String call) {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.UNLINKAT.invoke(Fd.AT_FDCWD, name(arena, path), flags);
            if (result == -Errno.ENOENT) {
                return false;
            }
            Errno.check(result, call, path);
            return true;
        }
    }

    private static long name(Arena arena, Path path) {
        MemorySegment text = arena.allocateFrom(path.toString());
        return text.address();
    }
}
