package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableTest {
    private static final int LARGE_BYTES = (9 << 20) + 1;

    @TempDir
    Path temp;

    @Test
    void shouldRemoveADirectoryWithFilesOfAnySize() throws IOException {
        Path directory = directory();
        Durable.remove(directory);
        try (Stream<Path> left = Files.list(temp)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void shouldShowTheEndToOneWhoStillReads() throws IOException {
        Path directory = directory();
        try (ReadableFile reader = new ChannelFile(directory.resolve("large"))) {
            assertThat(reader.size()).isEqualTo(LARGE_BYTES);
            Durable.remove(directory);
            ByteBuffer bytes = ByteBuffer.allocate(LARGE_BYTES);
            reader.read(0, bytes);
            assertThat(bytes.position()).isPositive().isLessThan(LARGE_BYTES);
        }
    }

    @Test
    void shouldSayWhatIsNotThere() {
        assertThatThrownBy(() -> Durable.remove(temp.resolve("absent"))).isInstanceOf(NoSuchFileException.class);
    }

    private Path directory() throws IOException {
        Path directory = Files.createDirectory(temp.resolve("snapshot-0000000001"));
        Files.write(directory.resolve("large"), new byte[LARGE_BYTES]);
        Files.write(directory.resolve("small"), new byte[1]);
        Files.createFile(directory.resolve("empty"));
        return directory;
    }
}
