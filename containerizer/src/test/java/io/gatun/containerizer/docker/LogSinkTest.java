package io.gatun.containerizer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSinkTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("stdout");
    }

    private static void feed(LogSink sink, String... lines) {
        for (String line : lines) {
            sink.line(Unpooled.copiedBuffer(line, StandardCharsets.UTF_8));
        }
    }

    private static String at(int second) {
        return String.format("2026-01-01T00:%02d:%02d.000000000Z", second / 60, second % 60);
    }

    @Test
    void shouldCutTimestampsAndAppend() throws IOException {
        Files.writeString(file, "before\n");
        try (LogSink sink = new LogSink(file, LogSink.start(file))) {
            sink.rewind(sink.position(""));
            feed(sink, at(1) + " one\n", at(2) + " part ", at(2) + " of a line\n");
            assertThat(sink.position(at(2))).isEqualTo(new LogPosition(7, at(2), 4));
        }
        assertThat(file).hasContent("before\none\npart of a line\n");
    }

    @Test
    void shouldFollowNoSymbolicLink() throws IOException {
        Path secret = Files.createFile(directory.resolve("secret"));
        Files.createSymbolicLink(file, secret);
        assertThatThrownBy(() -> new LogSink(file, LogPosition.atStart(0)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("open " + file);
    }

    @Test
    void shouldNotHoldTheOtherStreamBackWhenSilent() {
        try (LogSink sink = new LogSink(file, LogPosition.atStart(0))) {
            sink.rewind(LogPosition.atStart(0));
            feed(sink, at(1) + " x\n");
            assertThat(sink.position(at(5))).as("within the disorder").isEqualTo(new LogPosition(0, at(1), 0));
            assertThat(sink.position(at(60))).isEqualTo(new LogPosition(0, at(50), 2));
        }
    }

    @Test
    void shouldReplayTheWholeLogAfterTheClockWasSetBack() throws IOException {
        List<String> log = List.of(at(50) + " a\n", at(60) + " b\n", at(10) + " c\n", at(55) + " d\n");
        LogPosition left;
        try (LogSink sink = new LogSink(file, LogPosition.atStart(0))) {
            sink.rewind(LogPosition.atStart(0));
            feed(sink, log.toArray(String[]::new));
            left = sink.position(at(60));
        }
        assertThat(left).isEqualTo(LogPosition.atStart(0));
        try (LogSink sink = new LogSink(file, left)) {
            sink.rewind(left);
            feed(sink, log.toArray(String[]::new));
            feed(sink, at(56) + " e\n");
        }
        assertThat(file).hasContent("a\nb\nc\nd\ne\n");
    }

    /** A crash at any byte, a position saved at any earlier moment: the file comes out the same. */
    @Test
    void shouldLoseAndRepeatNothingWhereverItIsCutOff() throws IOException {
        Random random = new Random(7);
        List<String> log = new ArrayList<>();
        StringBuilder expected = new StringBuilder();
        int second = 0;
        for (int i = 0; i < 60; i++) {
            second += random.nextInt(3); // several lines share a time
            log.add(at(second) + " line " + i + "\n");
            expected.append("line ").append(i).append('\n');
        }
        for (int seed = 0; seed < 200; seed++) {
            Random cut = new Random(seed);
            Files.deleteIfExists(file);
            int saved = cut.nextInt(log.size());
            LogPosition position;
            try (LogSink sink = new LogSink(file, LogPosition.atStart(0))) {
                sink.rewind(LogPosition.atStart(0));
                feed(sink, log.subList(0, saved).toArray(String[]::new));
                position = sink.position(sink.newest());
                feed(
                        sink,
                        log.subList(saved, saved + cut.nextInt(log.size() - saved))
                                .toArray(String[]::new));
            }
            // The kernel had taken a part of the last write only; never less than was there when the position was
            // saved.
            String written = Files.readString(file);
            int least = (int) position.bytesBefore();
            Files.writeString(file, written.substring(0, least + cut.nextInt(written.length() - least + 1)));
            try (LogSink sink = new LogSink(file, position)) {
                sink.rewind(position);
                // The engine gives what is not older than it was asked for; more, when the other stream needs that.
                int from = cut.nextBoolean() ? 0 : first(log, position.timestamp());
                feed(sink, log.subList(from, log.size()).toArray(String[]::new));
            }
            assertThat(file).as("seed %d", seed).hasContent(expected.toString());
        }
    }

    private static int first(List<String> log, String timestamp) {
        for (int i = 0; i < log.size(); i++) {
            if (log.get(i).compareTo(timestamp) >= 0) {
                return i;
            }
        }
        return log.size();
    }
}
