package io.gatun.containerizer.image.unpack;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.file.At;
import io.gatun.ffm.file.FileStat;
import io.gatun.ffm.mount.OpenHow;
import io.gatun.ffm.process.Credentials;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The directory that a layer is unpacked into, in overlayfs' form. Every entry is made by one component's name in its
 * directory's descriptor, which the kernel found beneath the root (RESOLVE_BENEATH): relative links inside the tree are
 * followed, nothing leads out of it. Attributes of directories come last, so that a directory without write permission
 * can be filled and keeps its time. Not thread-safe.
 */
final class LayerTree implements AutoCloseable {
    private static final long BENEATH = OpenHow.RESOLVE_BENEATH | OpenHow.RESOLVE_NO_MAGICLINKS;
    private static final int NEW_DIRECTORY_MODE = 0700;

    private final OwnedFd root;
    private final LayeredFiles lower;
    private final FileAttributes attributes = new FileAttributes(Credentials.effectiveUserId() == 0);
    private final Map<String, Attributes> directories = new LinkedHashMap<>();

    LayerTree(Path directory, LayeredFiles lower) {
        this.root = At.openDirectory(Fd.AT_FDCWD, directory.toString());
        this.lower = lower;
    }

    /** Makes a directory, or changes the attributes of one that is there. */
    void directory(String path, Attributes wanted) {
        if (!path.isEmpty()) {
            try (OwnedFd parent = parent(path)) {
                makeDirectory(parent.fd(), path);
            }
        }
        directories.put(path, wanted);
    }

    private void makeDirectory(int parent, String path) {
        String name = EntryName.last(path);
        long result = At.tryMkdir(parent, name, NEW_DIRECTORY_MODE);
        if (result == -Errno.EEXIST) {
            FileStat there = FileStat.of(parent, name).orElseThrow();
            if (there.isDirectory()) {
                return;
            }
            Errno.check(At.tryUnlink(parent, name), "unlinkat", path);
            result = At.tryMkdir(parent, name, NEW_DIRECTORY_MODE);
            if (there.isWhiteout()) {
                // The layer hides what lower layers have here and puts a directory of its own in the place.
                opaque(path);
            }
        }
        Errno.check(result, "mkdirat", path);
    }

    /** Opens a new regular file for writing; what had the name before is gone. The caller finishes it. */
    OwnedFd file(String path) {
        try (OwnedFd parent = parent(path)) {
            String name = EntryName.last(path);
            long flags = Fd.O_WRONLY | Fd.O_CREAT | Fd.O_EXCL | Fd.oNofollow(Arch.current());
            long fd = new OpenHow(flags, 0600, 0).tryOpen(parent.fd(), name);
            if (fd == -Errno.EEXIST) {
                replace(parent.fd(), path);
                fd = new OpenHow(flags, 0600, 0).tryOpen(parent.fd(), name);
            }
            return new OwnedFd((int) Errno.check(fd, "openat2", path));
        }
    }

    /** Gives a regular file, open since {@link #file}, its attributes. */
    void finish(OwnedFd file, String path, Attributes wanted) {
        attributes.apply(file.fd(), path, wanted);
    }

    void symbolicLink(String path, String target, Attributes wanted) {
        EntryName.requireInside(path, target);
        try (OwnedFd parent = parent(path)) {
            String name = EntryName.last(path);
            long result = At.trySymlink(target, parent.fd(), name);
            if (result == -Errno.EEXIST) {
                replace(parent.fd(), path);
                result = At.trySymlink(target, parent.fd(), name);
            }
            Errno.check(result, "symlinkat", path);
            attributes.applyToLink(parent.fd(), name, wanted);
        }
    }

    void fifo(String path, Attributes wanted) {
        try (OwnedFd parent = parent(path)) {
            String name = EntryName.last(path);
            long result = At.tryMakeNode(parent.fd(), name, FileStat.S_IFIFO | 0600);
            if (result == -Errno.EEXIST) {
                replace(parent.fd(), path);
                result = At.tryMakeNode(parent.fd(), name, FileStat.S_IFIFO | 0600);
            }
            Errno.check(result, "mknodat", path);
            attributes.applyToNode(parent.fd(), name, wanted);
        }
    }

    /** Gives a file of this layer another name. */
    void hardLink(String path, String target) {
        try (OwnedFd from = open(EntryName.parent(target), target);
                OwnedFd parent = parent(path)) {
            String name = EntryName.last(path);
            String old = EntryName.last(target);
            FileStat status = old.isEmpty() ? null : FileStat.of(from.fd(), old).orElse(null);
            if (status == null || status.isDirectory() || status.isWhiteout()) {
                throw EntryName.refused(path, "is a hard link to " + target + ", which is no file of this layer");
            }
            long result = At.tryLink(from.fd(), old, parent.fd(), name);
            if (result == -Errno.EEXIST && !path.equals(target)) {
                replace(parent.fd(), path);
                result = At.tryLink(from.fd(), old, parent.fd(), name);
            }
            if (result != -Errno.EEXIST) {
                Errno.check(result, "linkat", path);
            }
        }
    }

    /** Hides a name of lower layers. What this layer itself has under the name stays; OCI layer.md, "Whiteouts". */
    void whiteout(String path) {
        if (lower.find(path).isEmpty()) {
            return;
        }
        try (OwnedFd parent = parent(path)) {
            String name = EntryName.last(path);
            long result = At.tryMakeNode(parent.fd(), name, FileStat.S_IFCHR);
            if (result == -Errno.EEXIST) {
                if (FileStat.of(parent.fd(), name).orElseThrow().isDirectory()) {
                    opaque(path);
                }
                return;
            }
            Errno.check(result, "mknodat", path);
        }
    }

    /** Hides all that lower layers have in a directory. */
    void opaque(String path) {
        try (OwnedFd directory = ensure(path)) {
            Opaque.set(directory.fd(), path);
        }
    }

    /** Sets the attributes of the directories, the root's included. */
    void finish() {
        if (!directories.containsKey("")) {
            directories.put("", implied(""));
        }
        for (Map.Entry<String, Attributes> each :
                List.copyOf(directories.entrySet()).reversed()) {
            String path = each.getKey();
            long flags = Fd.O_RDONLY | Fd.oDirectory(Arch.current()) | Fd.oNofollow(Arch.current());
            long fd = new OpenHow(flags, 0, BENEATH).tryOpen(root.fd(), path.isEmpty() ? "." : path);
            if (fd == -Errno.ENOENT || fd == -Errno.ENOTDIR || fd == -Errno.ELOOP) {
                // A later entry put something else in its place.
                continue;
            }
            try (OwnedFd directory = new OwnedFd((int) Errno.check(fd, "openat2", path))) {
                attributes.apply(directory.fd(), path, each.getValue());
            }
        }
    }

    /** Takes away what has a name now. Only an empty directory gives way to something else. */
    private static void replace(int parent, String path) {
        String name = EntryName.last(path);
        long result = At.tryUnlink(parent, name);
        if (result == -Errno.EISDIR) {
            result = At.tryRemoveDirectory(parent, name);
            if (result == -Errno.ENOTEMPTY || result == -Errno.EEXIST) {
                throw EntryName.refused(path, "would replace a directory of this layer that is not empty");
            }
        }
        Errno.check(result, "unlinkat", path);
    }

    private OwnedFd parent(String path) {
        return ensure(EntryName.parent(path));
    }

    /** Opens a directory of the tree, made if need be. */
    private OwnedFd ensure(String path) {
        long fd = tryOpen(path);
        if (fd == -Errno.ENOENT) {
            return open(make(path), path);
        }
        return checked(fd, path);
    }

    private OwnedFd open(String path, String entry) {
        return checked(tryOpen(path), entry);
    }

    private long tryOpen(String path) {
        long flags = Fd.O_RDONLY | Fd.oDirectory(Arch.current());
        return new OpenHow(flags, 0, BENEATH).tryOpen(root.fd(), path.isEmpty() ? "." : path);
    }

    private static OwnedFd checked(long fd, String path) {
        return switch ((int) -fd) {
            case Errno.EXDEV -> throw EntryName.refused(path, "is below a symbolic link that leads out of the layer");
            case Errno.ELOOP -> throw EntryName.refused(path, "is below a symbolic link that leads to itself");
            case Errno.ENOTDIR -> throw EntryName.refused(path, "is below a file that is no directory");
            case Errno.ENOENT -> throw EntryName.refused(path, "is in a directory that this layer does not have");
            default -> new OwnedFd((int) Errno.check(fd, "openat2", path));
        };
    }

    /**
     * Makes a directory that no entry described, with all above it, each with the attributes that lower layers give it:
     * in an overlay the uppermost directory's count. Where they have a symbolic link, the file belongs where it leads.
     *
     * @return where it is
     */
    private String make(String path) {
        String made = "";
        for (String component : EntryName.components(path)) {
            String next = EntryName.join(made, component);
            Optional<FileStat> there = find(made, component);
            if (there.isPresent() && (there.get().isDirectory() || there.get().isSymbolicLink())) {
                made = next;
                continue;
            }
            Optional<LayeredFiles.Found> below = there.isPresent() ? Optional.empty() : lower.find(next);
            if (below.isPresent() && below.get().status().isSymbolicLink()) {
                Optional<LayeredFiles.Found> target = lower.resolve(next);
                if (target.isPresent() && target.get().status().isDirectory()) {
                    made = target.get().path();
                    ensure(made).close();
                    continue;
                }
            }
            try (OwnedFd parent = open(made, path)) {
                makeDirectory(parent.fd(), next);
            }
            directories.putIfAbsent(next, implied(next));
            made = next;
        }
        return made;
    }

    private Optional<FileStat> find(String directory, String name) {
        try (OwnedFd parent = open(directory, EntryName.join(directory, name))) {
            return FileStat.of(parent.fd(), name).filter(status -> {
                if (!status.isDirectory() && !status.isSymbolicLink() && !status.isWhiteout()) {
                    throw EntryName.refused(EntryName.join(directory, name), "is a file and a directory at once");
                }
                return true;
            });
        }
    }

    private Attributes implied(String path) {
        return lower.find(path)
                .filter(found -> found.status().isDirectory())
                .map(found -> Attributes.of(found.status()))
                .orElse(Attributes.IMPLIED);
    }

    /** Closes the root; what was made stays. */
    @Override
    public void close() throws SyscallException {
        root.close();
    }
}
