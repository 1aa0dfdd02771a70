package io.gatun.isolator;

import java.nio.file.Path;
import java.util.List;

/** What a container sees as "/". */
public sealed interface RootFs {
    /** The host's own files. */
    record Host() implements RootFs {}

    /** A directory of the host, as it is. */
    record Directory(Path path) implements RootFs {
        public Directory {
            requireAbsolute("root.path", path);
        }
    }

    /**
     * An overlay; Documentation/filesystems/overlayfs.rst.
     *
     * @param lower read-only layers, the top one first
     * @param upper gets what the container changes
     * @param work an empty directory of the same file system as {@code upper}, for one launch: the overlay is volatile,
     *     and the kernel mounts none (EINVAL) whose work directory was such a one's before
     */
    record Overlay(List<Path> lower, Path upper, Path work) implements RootFs {
        public Overlay {
            lower = List.copyOf(lower);
            if (lower.isEmpty()) {
                throw new IllegalArgumentException("root.lower=[]: must name at least one layer");
            }
            lower.forEach(layer -> requireAbsolute("root.lower", layer));
            requireAbsolute("root.upper", upper);
            requireAbsolute("root.work", work);
        }
    }

    private static void requireAbsolute(String field, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(field + "=" + path + ": must be absolute");
        }
    }
}
