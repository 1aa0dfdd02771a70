package io.gatun.containerizer.docker;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;

/**
 * The file that one stream of a log is copied to. Not thread-safe.
 *
 * <p>The file itself says how much was copied: a position only has to name a point in the log, and how many bytes come
 * before it. So a crash between a write and its record costs nothing.
 */
final class LogSink implements AutoCloseable {
    /** How far apart in time lines of the two streams can be the wrong way round in the engine's log. */
    private static final Duration DISORDER_MAX = Duration.ofSeconds(10);

    private static final DateTimeFormatter NANOS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int TIMESTAMP_MAX_BYTES = 40;

    private final Path path;
    private final FileChannel file;
    private LogPosition position;
    private String newest = "";
    private boolean replayable = true;
    private boolean reached;
    private long seen;
    private long skip;

    /** @throws UncheckedIOException naming the file, also when it is a symbolic link: the container can write beside it */
    LogSink(Path path, LogPosition position) {
        this.path = path;
        this.position = position;
        try {
            file = FileChannel.open(
                    path,
                    Set.of(
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.APPEND,
                            LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new UncheckedIOException("open " + path + ": " + e, e);
        }
    }

    /** Where a container's first byte will come to lie. */
    static LogPosition start(Path path) {
        try {
            return LogPosition.atStart(Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? Files.size(path) : 0);
        } catch (IOException e) {
            throw new UncheckedIOException("stat " + path + ": " + e, e);
        }
    }

    /** Positions are not to be had: two streams go into this file, or the log has no timestamps. */
    void wholeReplay() {
        replayable = false;
        position = LogPosition.atStart(position.base());
    }

    /**
     * The log is read again.
     *
     * @param from what {@link #position} said
     */
    void rewind(LogPosition from) {
        position = from;
        newest = from.timestamp();
        reached = false;
        seen = from.bytesBefore();
        try {
            skip = Math.max(0, file.size() - from.base() - seen);
        } catch (IOException e) {
            throw new UncheckedIOException("stat " + path + ": " + e, e);
        }
    }

    /** A line, or a part of a long one, behind its timestamp and a space. */
    void line(ByteBuf payload) {
        int space = payload.bytesBefore(Math.min(payload.readableBytes(), TIMESTAMP_MAX_BYTES), (byte) ' ');
        if (space < 0) {
            throw new IllegalStateException("docker: a line of the log has no timestamp");
        }
        String timestamp =
                payload.readCharSequence(space, StandardCharsets.US_ASCII).toString();
        payload.skipBytes(1);
        if (!reached && timestamp.compareTo(position.timestamp()) < 0) {
            return; // Asked for on behalf of the other stream.
        }
        reached = true;
        int order = timestamp.compareTo(newest);
        if (order < 0) {
            // The clock was set back: times name no point of this log any more, so it is replayed from its beginning.
            wholeReplay();
        } else if (order > 0) {
            newest = timestamp;
            position = replayable ? new LogPosition(position.base(), timestamp, seen) : position;
        }
        bytes(payload);
    }

    /** Some output, without a timestamp. */
    void bytes(ByteBuf payload) {
        seen += payload.readableBytes();
        int known = (int) Math.min(skip, payload.readableBytes());
        skip -= known;
        payload.skipBytes(known);
        try {
            for (ByteBuffer rest = payload.nioBuffer(); rest.hasRemaining(); ) {
                file.write(rest);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("write " + path + ": " + e, e);
        }
    }

    String newest() {
        return newest;
    }

    /**
     * From where to go on.
     *
     * @param newestOfAll the newest timestamp of both streams: a stream that is silent for long need not hold the other
     *     back
     */
    LogPosition position(String newestOfAll) {
        if (!replayable || newestOfAll.isEmpty()) {
            return position;
        }
        String surely = NANOS.format(Instant.parse(newestOfAll).minus(DISORDER_MAX));
        return surely.compareTo(newest) > 0 ? new LogPosition(position.base(), surely, seen) : position;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("close " + path, e);
        }
    }
}
