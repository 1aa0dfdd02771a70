package io.gatun.ffm.file;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.mount.OpenHow;
import io.gatun.ffm.process.Credentials;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Removes a tree that somebody else filled. However deep it is, a directory that is not empty is first moved up, so
 * neither the length of a path nor the number of descriptors nor the stack grows with it; no link is followed and no
 * mount is crossed. A tree whose removal was interrupted is removed by another call.
 */
public final class TreeRemoval {
    private static final String MOVED = ".gatun-removed-";

    private TreeRemoval() {}

    /**
     * Removes what a path names: a tree, a file, or nothing.
     *
     * @throws io.gatun.ffm.SyscallException EBUSY when something is mounted in it; EPERM for an immutable file
     */
    public static void remove(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        int flags = Fd.O_RDONLY | Fd.oDirectory(Arch.current());
        long fd = new OpenHow(flags, 0, 0).tryOpen(Fd.AT_FDCWD, parent.toString());
        if (fd == -Errno.ENOENT) {
            return;
        }
        try (OwnedFd directory = new OwnedFd((int) Errno.check(fd, "openat2", parent))) {
            remove(directory.fd(), path.getFileName().toString());
        }
    }

    /** The same by the parent's descriptor and a name of one component. */
    public static void remove(int parent, String name) {
        if (removed(parent, name)) {
            return;
        }
        try (OwnedFd top = open(parent, name)) {
            Deque<String> pending = new ArrayDeque<>();
            Counter counter = new Counter();
            empty(top.fd(), top.fd(), name, pending, counter);
            while (!pending.isEmpty()) {
                String next = pending.pop();
                try (OwnedFd directory = open(top.fd(), next)) {
                    empty(directory.fd(), top.fd(), next, pending, counter);
                }
                Errno.check(At.tryRemoveDirectory(top.fd(), next), "unlinkat", next);
            }
        }
        Errno.check(At.tryRemoveDirectory(parent, name), "unlinkat", name);
    }

    /** Removes all in a directory but directories that are not empty; those are moved to the top and left pending. */
    private static void empty(int directory, int top, String object, Deque<String> pending, Counter counter) {
        for (Directory.Entry entry : Directory.list(directory, object)) {
            String name = entry.name();
            if (removed(directory, name)) {
                continue;
            }
            if (directory == top) {
                pending.push(name);
                continue;
            }
            String moved = counter.unused(top);
            makeWritable(directory, name);
            At.rename(directory, name, top, moved);
            pending.push(moved);
        }
    }

    private static OwnedFd open(int parent, String name) {
        makeWritable(parent, name);
        long flags = Fd.O_RDONLY | Fd.oDirectory(Arch.current()) | Fd.oNofollow(Arch.current());
        return new OpenHow(flags, 0, OpenHow.RESOLVE_NO_XDEV).open(parent, name);
    }

    /** Whether the name is gone now; false for a directory that is not empty. */
    private static boolean removed(int directory, String name) {
        long result = At.tryUnlink(directory, name);
        if (result == -Errno.EISDIR) {
            result = At.tryRemoveDirectory(directory, name);
            if (result == -Errno.ENOTEMPTY || result == -Errno.EEXIST) {
                return false;
            }
        }
        if (result != -Errno.ENOENT) {
            Errno.check(result, "unlinkat", name);
        }
        return true;
    }

    /** Root needs no permission; anybody else needs the owner's to empty or move a directory. */
    private static void makeWritable(int parent, String name) {
        if (Credentials.effectiveUserId() != 0) {
            At.chmod(parent, name, 0700);
        }
    }

    /** Names in the top directory that nobody uses: left ones of an interrupted removal are passed over. */
    private static final class Counter {
        private long next;

        String unused(int top) {
            String name;
            do {
                name = MOVED + next++;
            } while (FileStat.of(top, name).isPresent());
            return name;
        }
    }
}
