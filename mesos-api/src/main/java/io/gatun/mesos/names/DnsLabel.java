package io.gatun.mesos.names;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Mesos-DNS' way to make DNS labels of arbitrary names (RFC 1123 flavour, its default): records/labels/labels.go. */
public final class DnsLabel {
    /** RFC 1035, 2.3.4. */
    public static final int LENGTH_MAX = 63;

    private DnsLabel() {}

    /**
     * One label: lower case; dots and underscores become hyphens; whatever else is not a letter, digit or hyphen is dropped;
     * no hyphen at either end; at most {@value #LENGTH_MAX} characters. Where the cut leaves hyphens at the end, they make
     * room for what followed.
     *
     * @return empty when nothing is left
     */
    public static String of(String name) {
        StringBuilder kept = new StringBuilder(name.length());
        for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                kept.append(c);
            } else if (c == '-' || c == '.' || c == '_') {
                kept.append('-');
            }
        }
        String label = trimLeft(kept.toString());
        while (label.length() > LENGTH_MAX) {
            String head = trimRight(label.substring(0, LENGTH_MAX));
            if (head.length() == LENGTH_MAX) {
                return head;
            }
            label = head + trimLeft(label.substring(LENGTH_MAX));
        }
        return trimRight(label);
    }

    /** A name of several labels: each part between dots by itself, empty ones left out. */
    public static String domain(String name) {
        return Arrays.stream(name.split("\\.", -1))
                .map(DnsLabel::of)
                .filter(label -> !label.isEmpty())
                .collect(Collectors.joining("."));
    }

    private static String trimLeft(String text) {
        int start = 0;
        while (start < text.length() && text.charAt(start) == '-') {
            start++;
        }
        return text.substring(start);
    }

    private static String trimRight(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '-') {
            end--;
        }
        return text.substring(0, end);
    }
}
