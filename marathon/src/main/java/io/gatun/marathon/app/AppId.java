package io.gatun.marathon.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The absolute path of an app, such as {@code /shop/web}.
 *
 * @param path starts with a slash, has at least one segment, no empty ones
 */
public record AppId(String path) implements Comparable<AppId> {
    /** Marathon's rule for one segment, as its own errors print it. */
    public static final String SEGMENT_RULE =
            "^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])$";

    /** Task ids hold the path and 54 more characters, and Mesos ids end at 255. */
    public static final int LENGTH_MAX = 200;

    private static final Pattern SEGMENT = Pattern.compile(SEGMENT_RULE);
    /** As the last segment these would be taken for a sub-resource of the app before it. */
    private static final Set<String> RESERVED = Set.of("restart", "tasks", "versions", ".", "..");

    public AppId {
        if (!path.startsWith("/") || path.length() < 2) {
            throw new IllegalArgumentException("app id '" + path + "': must start with '/' and name an app");
        }
    }

    /**
     * Reads an id as clients write it: relative ones are taken from the root, repeated and trailing slashes are dropped.
     *
     * @throws IllegalArgumentException with the broken rule when a segment is not a valid one
     */
    public static AppId parse(String text) {
        return resolve(text, List.of());
    }

    /**
     * Reads an id that may be relative to this app's group: {@code db}, {@code ../db}, {@code /db}.
     *
     * @throws IllegalArgumentException with the broken rule
     */
    public AppId sibling(String text) {
        List<String> own = segments();
        return resolve(text, own.subList(0, own.size() - 1));
    }

    private static AppId resolve(String text, List<String> group) {
        List<String> segments = new ArrayList<>(text.startsWith("/") ? List.of() : group);
        for (String segment : text.split("/", -1)) {
            if (segment.equals("..") && !segments.isEmpty()) {
                segments.removeLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        if (segments.isEmpty()) {
            throw new IllegalArgumentException("id '" + text + "' must name an app below '/'");
        }
        for (String segment : segments) {
            if (!SEGMENT.matcher(segment).matches()) {
                throw new IllegalArgumentException(
                        "'" + segment + "' must fully match regular expression '" + SEGMENT_RULE + "'");
            }
        }
        if (RESERVED.contains(segments.getLast())) {
            throw new IllegalArgumentException("'" + segments.getLast() + "' is reserved: an id must not end with "
                    + "restart, tasks or versions");
        }
        String path = "/" + String.join("/", segments);
        if (path.length() > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "id has " + path.length() + " characters, at most " + LENGTH_MAX + " are allowed");
        }
        return new AppId(path);
    }

    /** The names between the slashes, at least one. */
    public List<String> segments() {
        return List.of(path.substring(1).split("/", -1));
    }

    /** The path with {@code _} for slashes: the first part of instance ids. No segment holds an underscore. */
    public String safe() {
        return path.substring(1).replace('/', '_');
    }

    /** The segments from last to first, joined by dots: the name of tasks, hence of their DNS records. */
    public String reversed() {
        return String.join(".", segments().reversed());
    }

    /** Whether the path contains the text, without regard to case. */
    public boolean contains(String text) {
        return path.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }

    @Override
    public int compareTo(AppId other) {
        return path.compareTo(other.path);
    }

    @Override
    public String toString() {
        return path;
    }
}
