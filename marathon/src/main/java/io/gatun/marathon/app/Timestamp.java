package io.gatun.marathon.app;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/**
 * A point in time as Marathon prints it, UTC with milliseconds; also the version of an app.
 *
 * @param millis since 1970-01-01T00:00:00Z
 */
public record Timestamp(long millis) implements Comparable<Timestamp> {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /**
     * Reads any ISO-8601 instant.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Timestamp parse(String text) {
        try {
            return new Timestamp(Instant.parse(text).toEpochMilli());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a time such as 2026-01-31T12:00:00.000Z: " + e.getMessage(), e);
        }
    }

    @Override
    public int compareTo(Timestamp other) {
        return Long.compare(millis, other.millis);
    }

    @Override
    public String toString() {
        return FORMAT.format(Instant.ofEpochMilli(millis));
    }
}
