package io.gatun.mesos.flags;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as Mesos' flags have them: a whole number and its unit, which is a power of 1024 bytes. */
public final class Bytes {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,12})(B|KB|MB|GB)");
    private static final Map<String, Long> UNITS = Map.of("B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30);

    private Bytes() {}

    /**
     * Reads a size.
     *
     * @param text like {@code 10MB}
     * @return bytes
     * @throws IllegalArgumentException with the rule, when it is not one or 2^63 bytes and more
     */
    public static long parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a number with B, KB, MB or GB");
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("must be less than 8589934592GB", e);
        }
    }
}
