package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot is written over the one before the last, and nothing of that is left. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RetiredSnapshotTest {
    private static final long EPOCH = 0x10001;
    private static final int LARGE = 5 << 20;
    private static final int SMALL = 100_000;

    @TempDir
    Path temp;

    private final Random random = new Random(7);
    private long position;

    private byte[] compact(JournalDriver driver, int length) throws InterruptedException {
        byte[] state = new byte[length];
        random.nextBytes(state);
        position++;
        driver.entry(position, EPOCH, "entry");
        driver.force();
        driver.journal().compact(new Snapshot(position, EPOCH, JournalDriver.THREE, state));
        driver.awaitStored();
        return state;
    }

    @Test
    void shouldTakeTurnsInTwoFiles() throws Exception {
        Path directory = temp.resolve("j");
        List<Object> files = new ArrayList<>();
        byte[] last = null;
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            for (int length : new int[] {LARGE, LARGE, SMALL, 2 * LARGE, LARGE, SMALL}) {
                last = compact(driver, length);
                Path file = newest(directory);
                // With a second name, or a new file could get the number of one that was removed.
                Files.createLink(temp.resolve("held-" + files.size()), file);
                files.add(Files.getAttribute(file, "unix:ino"));
            }
        }
        // That of the empty log, which was there before, becomes the second one.
        assertThat(files.stream().distinct()).hasSize(2);
        assertThat(files.get(2)).isEqualTo(files.get(0));
        assertThat(files.get(3)).isEqualTo(files.get(1));
        assertThat(paths(directory)).noneMatch(path -> path.toString().endsWith(Durable.REMOVED));
        Recovered recovered = JournalDriver.recover(directory);
        assertThat(recovered.snapshot().position()).isEqualTo(position);
        try (InputStream state = recovered.snapshot().open()) {
            assertThat(state.readAllBytes()).isEqualTo(last);
        }
        assertThat(JournalVerifier.verify(directory).lastPosition()).isEqualTo(position);
    }

    @Test
    void shouldLeaveNothingOfALargerOneBehindASmallerOne() throws Exception {
        Path directory = temp.resolve("j");
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            compact(driver, LARGE);
            compact(driver, LARGE);
            compact(driver, SMALL);
        }
        byte[] file = Files.readAllBytes(newest(directory));
        assertThat(QueueBlocks.isLength(file.length)).isTrue();
        int used = file.length;
        while (file[used - 1] == 0) {
            used--;
        }
        assertThat(used).isBetween(SMALL, SMALL + (256 << 10));
    }

    @Test
    void shouldTellWhoStillReadsItThatItIsAnother() throws Exception {
        Path directory = temp.resolve("j");
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            byte[] state = compact(driver, LARGE);
            Path file = newest(directory);
            try (InputStream reading = SnapshotReader.verify(numberOf(file), () -> new ChannelFile(file), read -> {})
                    .open()) {
                assertThat(reading.readNBytes(SMALL)).isEqualTo(Arrays.copyOf(state, SMALL));
                compact(driver, LARGE);
                compact(driver, LARGE);
                assertThatThrownBy(reading::readAllBytes)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("the file was used again");
            }
        }
    }

    private static long numberOf(Path file) {
        String directory = file.getParent().getFileName().toString();
        return Long.parseLong(directory.substring(directory.indexOf('-') + 1));
    }

    private static Path newest(Path directory) throws IOException {
        return paths(directory).stream()
                .filter(path -> path.getFileName().toString().matches("snapshot-\\d{10}"))
                .max(Path::compareTo)
                .orElseThrow()
                .resolve(QueueFile.NAME);
    }

    private static List<Path> paths(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.toList();
        }
    }
}
