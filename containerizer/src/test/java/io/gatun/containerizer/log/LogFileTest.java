package io.gatun.containerizer.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.NativeBuffer;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.pipe.Pipes;
import io.gatun.isolator.IoConfig.Rotation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class LogFileTest {
    private static final Rotation SMALL = new Rotation(4096, 4);

    @TempDir
    Path directory;

    private Path file;
    private Fd.Pipe pipe;
    private Peek peek;

    @BeforeEach
    void open() {
        file = directory.resolve("stdout");
        pipe = Fd.pipe();
        Pipes.nonBlocking(pipe.read().fd());
        peek = new Peek();
    }

    @AfterEach
    void close() {
        pipe.close();
        peek.close();
    }

    private void write(String text) {
        Fd.write(pipe.write().fd(), text.getBytes(StandardCharsets.UTF_8), "pipe");
    }

    private void takeAll(LogFile log) {
        long taken;
        do {
            taken = log.take(pipe.read().fd(), peek, false);
        } while (taken > 0);
        assertThat(taken).isEqualTo(-Errno.EAGAIN);
    }

    private String text(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    @Test
    void shouldOnlyGrowWithoutBounds() throws IOException {
        Files.writeString(file, "before\n");
        try (LogFile log = new LogFile(file, Optional.empty())) {
            for (int i = 0; i < 20; i++) {
                write("x".repeat(4000) + "\n");
                takeAll(log);
            }
        }
        assertThat(text("stdout")).startsWith("before\nxxx").hasSize(7 + 20 * 4001);
        assertThat(directory.toFile().list()).containsExactly("stdout");
    }

    @Test
    void shouldEndEachFileWithAWholeLine() throws IOException {
        try (LogFile log = new LogFile(file, Optional.of(SMALL))) {
            write("a".repeat(2999) + "\n");
            takeAll(log);
            write("b".repeat(999) + "\n" + "c".repeat(999) + "\n" + "d");
            takeAll(log);
            assertThat(text("stdout.1")).isEqualTo("a".repeat(2999) + "\n" + "b".repeat(999) + "\n");
            assertThat(text("stdout")).isEqualTo("c".repeat(999) + "\nd");
        }
    }

    @Test
    void shouldCompleteALineWhereItBegan() throws IOException {
        try (LogFile log = new LogFile(file, Optional.of(SMALL))) {
            write("a".repeat(4000));
            takeAll(log);
            write("a".repeat(500) + "\nnext\n");
            takeAll(log);
            assertThat(text("stdout.1")).isEqualTo("a".repeat(4500) + "\n");
            assertThat(text("stdout")).isEqualTo("next\n");
        }
    }

    @Test
    void shouldDivideOnlyALineThatNoFileTakes() throws IOException {
        try (LogFile log = new LogFile(file, Optional.of(SMALL))) {
            write("a".repeat(20_000) + "\nb\n");
            takeAll(log);
        }
        String all = "";
        for (int i = 3; i >= 1; i--) {
            assertThat(text("stdout." + i).length()).isLessThanOrEqualTo(2 * 4096);
            all += text("stdout." + i);
        }
        assertThat("a".repeat(20_000) + "\nb\n").endsWith(all + text("stdout"));
    }

    @Test
    void shouldLoseAndRepeatNothingHoweverItIsCut() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Rotation large = new Rotation(8192, 1000);
        StringBuilder written = new StringBuilder();
        LogFile log = new LogFile(file, Optional.of(large));
        for (int i = 0; i < 400; i++) {
            String piece = (i + " ").repeat(random.nextInt(200)) + (random.nextInt(3) == 0 ? "" : "\n");
            written.append(piece);
            write(piece);
            takeAll(log);
            if (random.nextInt(10) == 0) {
                // Another agent, which knows nothing but what is there.
                log.close();
                log = new LogFile(file, Optional.of(large));
            }
        }
        log.close();
        List<String> files = new ArrayList<>();
        for (int i = 1; Files.exists(directory.resolve("stdout." + i)); i++) {
            files.addFirst(text("stdout." + i));
        }
        assertThat(files).as("seed " + seed).hasSizeGreaterThan(5).allSatisfy(text -> {
            assertThat(text).endsWith("\n");
            // The last line began within the bound, and was completed however many pieces it came in.
            assertThat(text.lastIndexOf('\n', text.length() - 2) + 1).isLessThanOrEqualTo(8192);
        });
        assertThat(String.join("", files) + text("stdout")).as("seed " + seed).isEqualTo(written.toString());
    }

    @Test
    void shouldKeepAsManyFilesAsAskedFor() throws IOException {
        try (LogFile log = new LogFile(file, Optional.of(SMALL))) {
            for (int i = 0; i < 10; i++) {
                write((i + "").repeat(4000) + "\n");
                takeAll(log);
            }
        }
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("stdout", "stdout.1", "stdout.2", "stdout.3");
        assertThat(text("stdout.3")).startsWith("6");
        assertThat(text("stdout")).startsWith("9");
    }

    @Test
    void shouldFillTheGapThatAKilledRotationLeft() throws IOException {
        Files.writeString(file, "a".repeat(4090) + "\n");
        Files.writeString(directory.resolve("stdout.2"), "older\n");
        Files.writeString(directory.resolve("stdout.3"), "oldest\n");
        try (LogFile log = new LogFile(file, Optional.of(SMALL))) {
            write("new line\n");
            takeAll(log);
        }
        assertThat(text("stdout.3")).isEqualTo("oldest\n");
        assertThat(text("stdout.2")).isEqualTo("older\n");
        assertThat(text("stdout.1")).startsWith("aaa");
        assertThat(text("stdout")).isEqualTo("new line\n");
    }

    @Test
    void shouldKeepOneFileOnlyWhenToldSo() throws IOException {
        try (LogFile log = new LogFile(file, Optional.of(new Rotation(4096, 1)))) {
            write("a".repeat(4000) + "\n");
            takeAll(log);
            write("b".repeat(4000) + "\n");
            takeAll(log);
        }
        assertThat(directory.toFile().list()).containsExactly("stdout");
        assertThat(text("stdout")).startsWith("b");
    }

    @Test
    void shouldShowWhatItMoves() {
        try (LogFile log = new LogFile(file, Optional.of(SMALL))) {
            write("seen\n");
            assertThat(log.take(pipe.read().fd(), peek, true)).isEqualTo(5);
            assertThat(peek.bytes().asSlice(0, 5).toArray()).isEqualTo("seen\n".getBytes(StandardCharsets.UTF_8));
            pipe.write().close();
            assertThat(log.take(pipe.read().fd(), peek, true)).isZero();
        }
    }

    @Test
    void shouldRotateWhatATerminalWrote() throws IOException {
        try (LogFile log = new LogFile(file, Optional.of(SMALL))) {
            byte[] lines = ("x".repeat(99) + "\n").repeat(50).getBytes(StandardCharsets.UTF_8);
            NativeBuffer bytes = NativeBuffer.allocateAutomatic(lines.length);
            bytes.put(lines, 0, lines.length);
            log.append(bytes);
        }
        assertThat(text("stdout.1")).hasSize(4000);
        assertThat(text("stdout")).hasSize(1000);
    }

    @Test
    void shouldNotBeLedElsewhere() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "");
        Files.createSymbolicLink(file, secret);
        assertThatThrownBy(() -> new LogFile(file, Optional.of(SMALL)))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("open " + file + ": ELOOP");
    }
}
