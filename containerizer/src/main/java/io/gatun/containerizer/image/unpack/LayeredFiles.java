package io.gatun.containerizer.image.unpack;

import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.file.At;
import io.gatun.ffm.file.FileStat;
import io.gatun.ffm.mount.OpenHow;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Files as overlayfs would show them, without a mount: upper layers first, whiteouts and opaque directories honoured,
 * symbolic links resolved as after chroot(2). The layers must not change meanwhile. Any thread.
 */
public final class LayeredFiles {
    /** MAXSYMLINKS of the kernel; linux/namei.h. */
    private static final int LINKS_MAX = 40;

    private final List<String> layers;

    /** Layers as directories, the top one first. */
    public LayeredFiles(List<Path> topFirst) {
        this.layers = topFirst.stream().map(Path::toString).toList();
    }

    /**
     * A file found.
     *
     * @param path in the image, without links, relative to its root; empty for the root itself
     * @param status of the uppermost
     * @param places paths on this host of all directories that are merged into it, the uppermost first; a single one
     *     for anything but a directory. Strings, because the JDK's paths cannot spell every name in every locale
     */
    public record Found(String path, FileStat status, List<String> places) {
        /** Where its content, or the uppermost of its directories, is on this host. */
        public String place() {
            return places.getFirst();
        }
    }

    /**
     * Finds a file; a symbolic link in the last component is not followed.
     *
     * @return empty when the image has no such file, or the way to it is a loop
     */
    public Optional<Found> find(String path) {
        return walk(path, false);
    }

    /** Finds a file and follows symbolic links, which cannot lead out of the image. */
    public Optional<Found> resolve(String path) {
        return walk(path, true);
    }

    private Optional<Found> walk(String path, boolean followLast) {
        Deque<String> todo = new ArrayDeque<>(List.of(path.split("/", -1)));
        Deque<Found> way = new ArrayDeque<>();
        way.push(root());
        int links = 0;
        while (!todo.isEmpty()) {
            String name = todo.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                if (way.size() > 1) {
                    way.pop();
                }
                continue;
            }
            Optional<Found> next = child(way.element(), name);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            Found found = next.get();
            boolean last = todo.stream().allMatch(String::isEmpty);
            if (!found.status().isSymbolicLink() || (last && !followLast)) {
                way.push(found);
                continue;
            }
            if (++links > LINKS_MAX) {
                return Optional.empty();
            }
            String target = At.readLink(Fd.AT_FDCWD, found.place());
            if (target.startsWith("/")) {
                way.clear();
                way.push(root());
            }
            List<String> components = List.of(target.split("/", -1));
            components.reversed().forEach(todo::push);
        }
        return Optional.of(way.element());
    }

    /** The path of a layer may itself be a link, the store's short one; what follows it cannot. */
    private Found root() {
        FileStat status = layers.isEmpty()
                ? new FileStat(FileStat.S_IFDIR | 0755, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                : status(layers.getFirst() + "/.").orElseThrow();
        return new Found("", status, layers);
    }

    /** One step: places are directories whose every component was seen to be one, so no link is followed here. */
    private static Optional<Found> child(Found directory, String name) {
        if (!directory.status().isDirectory()) {
            return Optional.empty();
        }
        List<String> places = new ArrayList<>();
        FileStat top = null;
        for (String place : directory.places()) {
            String candidate = place + "/" + name;
            Optional<FileStat> status = status(candidate);
            if (status.isEmpty()) {
                continue;
            }
            if (status.get().isWhiteout() || (top != null && !status.get().isDirectory())) {
                break;
            }
            places.add(candidate);
            top = top == null ? status.get() : top;
            if (!status.get().isDirectory() || isOpaque(candidate)) {
                break;
            }
        }
        String path = EntryName.join(directory.path(), name);
        return top == null ? Optional.empty() : Optional.of(new Found(path, top, places));
    }

    private static Optional<FileStat> status(String path) {
        return FileStat.of(Fd.AT_FDCWD, path);
    }

    private static boolean isOpaque(String directory) {
        try (OwnedFd fd = At.openDirectory(Fd.AT_FDCWD, directory)) {
            return Opaque.isSet(fd.fd(), directory);
        }
    }

    /**
     * Opens a regular file that was found here, for reading.
     *
     * @throws ImageException when it is none: a FIFO would block whoever reads it
     */
    public static OwnedFd open(Found file) {
        if (!file.status().isRegular()) {
            throw new ImageException("/" + file.path() + ": is not a regular file");
        }
        return new OpenHow(Fd.O_RDONLY | Fd.oNofollow(Arch.current()), 0, 0).open(Fd.AT_FDCWD, file.place());
    }
}
