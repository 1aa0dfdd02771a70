package io.gatun.containerizer.image.unpack;

import io.gatun.containerizer.image.spec.ImageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Names in layers. A name that passes is a relative path of real components, so joined to a directory it cannot lead
 * above it; what symbolic links do on the way is the kernel's to say ({@link LayerTree}).
 */
final class EntryName {
    /** PATH_MAX less the NUL; linux/limits.h. */
    private static final int PATH_BYTES_MAX = 4095;
    /** NAME_MAX; linux/limits.h. */
    private static final int NAME_BYTES_MAX = 255;

    private static final int DEPTH_MAX = 255;
    /** What a decoder puts where bytes are not UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    private EntryName() {}

    /**
     * Checks a name and takes the {@code .} and empty components out of it.
     *
     * @param name as the archive has it
     * @return without leading or trailing slash; empty for the root
     * @throws ImageException naming the rule that it breaks
     */
    static String clean(String name) {
        if (name.indexOf('\0') >= 0) {
            throw refused(name.replace("\0", "\\0"), "contains NUL");
        }
        if (name.indexOf(REPLACEMENT) >= 0) {
            throw refused(name, "is not UTF-8");
        }
        Deque<String> components = new ArrayDeque<>();
        for (String component : name.split("/", -1)) {
            if (component.equals("..")) {
                throw refused(name, "has a component '..'");
            }
            if (component.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
                throw refused(brief(name), "has a component longer than " + NAME_BYTES_MAX + " bytes");
            }
            if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
        }
        String path = String.join("/", components);
        // The root alone is the same whichever way it is written; some tools write it as "/".
        if (name.startsWith("/") && !path.isEmpty()) {
            throw refused(name, "is absolute");
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
            throw refused(brief(name), "is longer than " + PATH_BYTES_MAX + " bytes");
        }
        if (components.size() > DEPTH_MAX) {
            throw refused(brief(name), "is deeper than " + DEPTH_MAX + " directories");
        }
        return path;
    }

    /**
     * Checks the target of a symbolic link. An absolute one is resolved from the container's root and so leads nowhere
     * else; a relative one must not climb above the root, which no honest archive needs.
     *
     * @param path of the link, cleaned
     */
    static void requireInside(String path, String target) {
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw refused(path, "is a symbolic link to '" + target.replace("\0", "\\0") + "', which is no path");
        }
        if (target.getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
            throw refused(path, "is a symbolic link to a path longer than " + PATH_BYTES_MAX + " bytes");
        }
        if (target.indexOf(REPLACEMENT) >= 0) {
            throw refused(path, "is a symbolic link to a path that is not UTF-8");
        }
        int depth = target.startsWith("/")
                ? 0
                : parent(path).isEmpty() ? 0 : components(parent(path)).size();
        if (target.startsWith("/")) {
            return;
        }
        for (String component : components(target)) {
            if (component.equals("..")) {
                depth--;
            } else if (!component.isEmpty() && !component.equals(".")) {
                depth++;
            }
            if (depth < 0) {
                throw refused(path, "is a symbolic link to " + target + ", which leads out of the image");
            }
        }
    }

    static List<String> components(String path) {
        return List.of(path.split("/", -1));
    }

    /** The directory that a cleaned path is in; empty for the root. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** The last component of a cleaned path. */
    static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    static ImageException refused(String name, String rule) {
        return new ImageException("entry " + name + ": " + rule);
    }

    private static String brief(String name) {
        return name.substring(0, Math.min(name.length(), 60)) + "... (" + name.length() + " characters)";
    }
}
