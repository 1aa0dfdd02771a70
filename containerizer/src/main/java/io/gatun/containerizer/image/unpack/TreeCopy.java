package io.gatun.containerizer.image.unpack;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.NativeBuffer;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.file.At;
import io.gatun.ffm.file.Directory;
import io.gatun.ffm.file.FileStat;
import io.gatun.ffm.file.OpenFile;
import io.gatun.ffm.file.TreeRemoval;
import io.gatun.ffm.mount.OpenHow;
import io.gatun.ffm.process.Credentials;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes one tree of layers, where there is no overlayfs: applied from the lowest on, with the result that a mount of them
 * would show. Blocks are shared with the layers where the file system can. One thread; nobody else may write to either
 * tree.
 */
public final class TreeCopy {
    private static final int BUFFER_BYTES = 1 << 20;

    private final FileAttributes attributes = new FileAttributes(Credentials.effectiveUserId() == 0);
    /** The first copy of each file of the layer that has several names. */
    private final Map<Long, String> linked = new HashMap<>();

    private final OwnedFd target;

    private TreeCopy(OwnedFd target) {
        this.target = target;
    }

    /**
     * Copies layers into an empty directory.
     *
     * @param layers roots, the top one first
     */
    public static void copy(List<Path> layers, Path into) {
        try (OwnedFd target = At.openDirectory(Fd.AT_FDCWD, into.toString())) {
            for (Path layer : layers.reversed()) {
                TreeCopy copy = new TreeCopy(target);
                long flags = Fd.O_RDONLY | Fd.oDirectory(Arch.current());
                // Layers may be named by their short links.
                try (OwnedFd source = new OpenHow(flags, 0, 0).open(Fd.AT_FDCWD, layer.toString())) {
                    copy.directory(source, target, "");
                }
            }
        }
    }

    /** Merges one directory into another; at most as deep as the layer's paths, 255. */
    private void directory(OwnedFd source, OwnedFd into, String path) {
        if (!path.isEmpty() && Opaque.isSet(source.fd(), path)) {
            for (Directory.Entry entry : Directory.list(into.fd(), path)) {
                TreeRemoval.remove(into.fd(), entry.name());
            }
        }
        for (Directory.Entry entry : Directory.list(source.fd(), path)) {
            String child = EntryName.join(path, entry.name());
            FileStat stat = FileStat.of(source.fd(), entry.name()).orElseThrow();
            if (stat.isDirectory()) {
                subdirectory(source, into, entry.name(), child);
            } else {
                TreeRemoval.remove(into.fd(), entry.name());
                if (!stat.isWhiteout()) {
                    file(source, into, entry.name(), child, stat);
                }
            }
        }
        attributes.apply(into.fd(), path, attributes(source, path));
    }

    private void subdirectory(OwnedFd source, OwnedFd into, String name, String path) {
        long made = At.tryMkdir(into.fd(), name, 0700);
        if (made == -Errno.EEXIST && !FileStat.of(into.fd(), name).orElseThrow().isDirectory()) {
            Errno.check(At.tryUnlink(into.fd(), name), "unlinkat", path);
            made = At.tryMkdir(into.fd(), name, 0700);
        }
        if (made != -Errno.EEXIST) {
            Errno.check(made, "mkdirat", path);
        }
        try (OwnedFd from = At.openDirectory(source.fd(), name);
                OwnedFd to = At.openDirectory(into.fd(), name)) {
            directory(from, to, path);
        }
    }

    private void file(OwnedFd source, OwnedFd into, String name, String path, FileStat stat) {
        if (stat.links() > 1) {
            String first = linked.putIfAbsent(stat.inode(), path);
            if (first != null) {
                link(first, into, name, path);
                return;
            }
        }
        Attributes wanted = Attributes.of(stat);
        switch (stat.type()) {
            case FileStat.S_IFREG -> regular(source, into, name, path, stat);
            case FileStat.S_IFLNK -> {
                Errno.check(At.trySymlink(At.readLink(source.fd(), name), into.fd(), name), "symlinkat", path);
                attributes.applyToLink(into.fd(), name, wanted);
            }
            default -> {
                Errno.check(At.tryMakeNode(into.fd(), name, stat.type() | 0600), "mknodat", path);
                attributes.applyToNode(into.fd(), name, wanted);
            }
        }
    }

    private void link(String first, OwnedFd into, String name, String path) {
        long flags = Fd.O_RDONLY | Fd.oDirectory(Arch.current());
        String parent = EntryName.parent(first);
        OpenHow how = new OpenHow(flags, 0, OpenHow.RESOLVE_NO_SYMLINKS);
        try (OwnedFd directory = how.open(target.fd(), parent.isEmpty() ? "." : parent)) {
            Errno.check(At.tryLink(directory.fd(), EntryName.last(first), into.fd(), name), "linkat", path);
        }
    }

    private void regular(OwnedFd source, OwnedFd into, String name, String path, FileStat stat) {
        int nofollow = Fd.oNofollow(Arch.current());
        try (OwnedFd from = new OpenHow(Fd.O_RDONLY | nofollow, 0, 0).open(source.fd(), name);
                OwnedFd to =
                        new OpenHow(Fd.O_WRONLY | Fd.O_CREAT | Fd.O_EXCL | nofollow, 0600, 0).open(into.fd(), name)) {
            if (!OpenFile.copy(from.fd(), to.fd(), stat.sizeBytes(), path)) {
                copyBytes(from, to, path);
            }
            attributes.apply(to.fd(), path, attributes(from, path));
        }
    }

    private static void copyBytes(OwnedFd from, OwnedFd to, String path) {
        try (NativeBuffer buffer = NativeBuffer.allocate(BUFFER_BYTES)) {
            long offset = 0;
            byte[] bytes = Fd.read(from.fd(), BUFFER_BYTES, path);
            while (bytes.length > 0) {
                buffer.put(bytes, 0, bytes.length);
                OpenFile.write(to.fd(), buffer.asSlice(0, bytes.length), offset, path);
                offset += bytes.length;
                bytes = Fd.read(from.fd(), BUFFER_BYTES, path);
            }
        }
    }

    /** Of an open file, overlayfs' own left out. */
    private static Attributes attributes(OwnedFd file, String path) {
        Attributes plain = Attributes.of(FileStat.of(file.fd()));
        Map<String, byte[]> xattrs = new TreeMap<>();
        for (String name : OpenFile.listXattrs(file.fd(), path)) {
            Optional<byte[]> value = Opaque.isName(name) ? Optional.empty() : OpenFile.getXattr(file.fd(), name, path);
            value.ifPresent(bytes -> xattrs.put(name, bytes));
        }
        return new Attributes(
                plain.permissions(), plain.uid(), plain.gid(), plain.mtimeSeconds(), plain.mtimeNanos(), xattrs);
    }

    /** Gives a directory the owner and permissions of the topmost layer's root, which an overlay shows for its own. */
    public static void rootAttributes(List<Path> layers, Path directory) {
        long flags = Fd.O_RDONLY | Fd.oDirectory(Arch.current());
        try (OwnedFd top = new OpenHow(flags, 0, 0)
                        .open(Fd.AT_FDCWD, layers.getFirst().toString());
                OwnedFd into = At.openDirectory(Fd.AT_FDCWD, directory.toString())) {
            new FileAttributes(Credentials.effectiveUserId() == 0).apply(into.fd(), "/", attributes(top, "/"));
        }
    }
}
