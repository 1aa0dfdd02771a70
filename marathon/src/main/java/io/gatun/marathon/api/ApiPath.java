package io.gatun.marathon.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Segments of a request's path, decoded; empty ones do not count, so that {@code //v2//apps/web/} is as good as any. */
final class ApiPath {
    private ApiPath() {}

    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (!segment.isEmpty()) {
                // In a path, a plus is a plus.
                segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return segments;
    }
}
