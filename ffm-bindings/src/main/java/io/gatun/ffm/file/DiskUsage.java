package io.gatun.ffm.file;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * What a directory takes on its disk, as du(1) counts: allocated blocks, a file with several names once, symbolic links
 * not followed, other file systems left out. The tree may change under it and may be made to confuse: any depth is
 * walked with a bounded number of descriptors.
 */
public final class DiskUsage {
    /** Directories kept open on the way back up; those above are opened again through {@code ..}. */
    private static final int MAX_OPEN = 64;

    private final Set<Path> excluded;
    private final Set<Identity> counted = new HashSet<>();
    private final Deque<Frame> frames = new ArrayDeque<>();
    private final Deque<Frame> open = new ArrayDeque<>();
    private long device;
    private long bytes;

    private DiskUsage(Set<Path> excluded) {
        this.excluded = excluded;
    }

    private record Identity(long device, long inode) {}

    private static final class Frame {
        private final Path path;
        private final Identity identity;
        private final Deque<String> pending = new ArrayDeque<>();
        private OpenDirectory directory;

        Frame(Path path, OpenDirectory directory, FileStat stat) {
            this.path = path;
            this.directory = directory;
            this.identity = new Identity(stat.device(), stat.inode());
        }
    }

    /**
     * Walks.
     *
     * @param root a directory; a symbolic link is ENOTDIR
     * @param excluded paths below it that are not counted, with all below them
     * @return bytes
     * @throws SyscallException ENOENT: there is no such directory; ESTALE: a directory was moved away while its
     *     contents were counted; EACCES
     */
    public static long of(Path root, Set<Path> excluded) {
        DiskUsage usage = new DiskUsage(Set.copyOf(excluded));
        try {
            return usage.walk(root);
        } finally {
            usage.open.forEach(frame -> frame.directory.close());
        }
    }

    private long walk(Path root) {
        OpenDirectory top = OpenDirectory.open(root);
        Frame first;
        try {
            FileStat stat = top.stat();
            device = stat.device();
            bytes = stat.allocatedBytes();
            first = new Frame(root, top, stat);
        } catch (RuntimeException e) {
            top.close();
            throw e;
        }
        enter(first);
        while (!frames.isEmpty()) {
            Frame frame = frames.peek();
            String name = frame.pending.poll();
            if (name == null) {
                leave(frame);
            } else {
                descend(frame, name);
            }
        }
        return bytes;
    }

    private void enter(Frame frame) {
        frames.push(frame);
        open.push(frame);
        if (open.size() > MAX_OPEN) {
            Frame farthest = open.removeLast();
            farthest.directory.close();
            farthest.directory = null;
        }
        frame.directory.visit((name, stat) -> {
            if (stat.device() != device || isCounted(stat)) {
                return;
            }
            String text = stat.isDirectory() || !excluded.isEmpty() ? name.getString(0) : "";
            if (!excluded.isEmpty() && excluded.contains(frame.path.resolve(text))) {
                return;
            }
            bytes += stat.allocatedBytes();
            if (stat.isDirectory()) {
                frame.pending.add(text);
            }
        });
    }

    private boolean isCounted(FileStat stat) {
        return !stat.isDirectory() && stat.links() > 1 && !counted.add(new Identity(stat.device(), stat.inode()));
    }

    private void descend(Frame frame, String name) {
        long fd = frame.directory.openChild(name);
        if (fd == -Errno.ENOENT || fd == -Errno.ENOTDIR || fd == -Errno.ELOOP) {
            return; // removed, or replaced by something that is not a directory
        }
        if (fd < 0) {
            throw new SyscallException("openat", frame.path.resolve(name).toString(), (int) -fd);
        }
        OpenDirectory child = OpenDirectory.take(fd);
        FileStat stat;
        try {
            stat = child.stat();
        } catch (RuntimeException e) {
            child.close();
            throw e;
        }
        if (stat.device() != device) {
            child.close();
            return;
        }
        // Without exclusions nobody asks for paths, and a hostile depth must not make them long.
        enter(new Frame(excluded.isEmpty() ? frame.path : frame.path.resolve(name), child, stat));
    }

    private void leave(Frame frame) {
        frames.pop();
        open.pop();
        Frame above = frames.peek();
        try {
            if (above != null && above.directory == null) {
                above.directory = reopen(frame, above);
                open.push(above);
            }
        } finally {
            frame.directory.close();
        }
    }

    private static OpenDirectory reopen(Frame frame, Frame above) {
        long fd = frame.directory.openChild("..");
        if (fd < 0) {
            throw new SyscallException("openat", above.path.toString(), (int) -fd);
        }
        OpenDirectory directory = OpenDirectory.take(fd);
        FileStat stat = directory.stat();
        if (!above.identity.equals(new Identity(stat.device(), stat.inode()))) {
            directory.close();
            throw new SyscallException("openat", above.path + ": moved while it was counted", Errno.ESTALE);
        }
        return directory;
    }
}
