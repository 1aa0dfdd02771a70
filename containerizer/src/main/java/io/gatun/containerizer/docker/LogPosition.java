package io.gatun.containerizer.docker;

/**
 * From where a stream of the engine's log has to be read again so that, with the length of the file that it was copied to,
 * no byte is lost and none comes twice.
 *
 * @param base length of the file before the container's first byte
 * @param timestamp lines older than this are in the file: RFC 3339 with nine digits, UTC, which sort as text; empty for
 *     the log's beginning
 * @param bytesBefore of this stream, in lines older than {@code timestamp}
 */
record LogPosition(long base, String timestamp, long bytesBefore) {
    LogPosition {
        if (base < 0 || bytesBefore < 0) {
            throw new IllegalArgumentException(
                    "log position: base=" + base + ", bytesBefore=" + bytesBefore + ": must not be negative");
        }
    }

    /** At the beginning of a log, at the end of a file. */
    static LogPosition atStart(long base) {
        return new LogPosition(base, "", 0);
    }
}
