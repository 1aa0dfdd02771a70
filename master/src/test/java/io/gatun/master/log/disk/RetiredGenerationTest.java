package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.log.EntryKind;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file of a generation that is not needed any more becomes that of a later one, and nothing of it is left. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RetiredGenerationTest {
    private static final int ENTRY_BYTES = 64 << 10;
    private static final long GENERATION_BYTES = 32L << 20;
    private static final int GENERATIONS = 8;

    @TempDir
    Path temp;

    @Test
    void shouldBeAsNewWhateverWasInIt() throws IOException {
        Path fresh = temp.resolve("fresh");
        new QueueFile(fresh, 1 << 20, () -> true).close();
        Path used = temp.resolve("used");
        byte[] ones = new byte[5 << 20];
        Arrays.fill(ones, (byte) -1);
        new QueueFile(used, 1 << 20, () -> true).close();
        Files.write(used.resolve(QueueFile.NAME), ones);

        Path again = temp.resolve("again");
        new QueueFile(again, 1 << 20, () -> true, used).close();

        assertThat(used).doesNotExist();
        assertThat(Files.mismatch(again.resolve(QueueFile.NAME), fresh.resolve(QueueFile.NAME)))
                .isEqualTo(-1);
        assertThat(names(again)).isEqualTo(names(fresh));
    }

    @Test
    void shouldHoldTheLogInFilesThatAreUsedAgain() throws Exception {
        Path directory = temp.resolve("j");
        byte[] bytes = new byte[ENTRY_BYTES];
        Set<Object> files = new HashSet<>();
        Set<Path> generations = new HashSet<>();
        long position = 0;
        long perGeneration = GENERATION_BYTES / ENTRY_BYTES;
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            for (int generation = 0; generation < GENERATIONS; generation++) {
                for (int i = 0; i < perGeneration; i++) {
                    position++;
                    UnsafeBuffer entry = new UnsafeBuffer(bytes);
                    entry.putLong(0, position);
                    driver.journal().entry(position, 0x10001, EntryKind.DATA, entry, 0, ENTRY_BYTES);
                    driver.force();
                }
                driver.journal().compact(new Snapshot(position - 1, 0x10001, JournalDriver.THREE, new byte[1]));
                driver.awaitStored();
                for (Path path : generations(directory)) {
                    Path file = path.resolve(QueueFile.NAME);
                    // The next one may be on its way: it gets its file last.
                    if (Files.exists(file) && generations.add(path)) {
                        // With a second name, or a new file could get the number of one that was removed.
                        Files.createLink(temp.resolve("held-" + generations.size()), file);
                        files.add(Files.getAttribute(file, "unix:ino"));
                    }
                }
            }
        }
        assertThat(generations).hasSizeGreaterThanOrEqualTo(GENERATIONS - 1);
        assertThat(files).hasSizeLessThan(generations.size());
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).noneMatch(path -> path.toString().endsWith(Durable.REMOVED));
        }
        Recovered recovered = JournalDriver.recover(directory);
        assertThat(recovered.log().last()).isEqualTo(position);
    }

    /** A crash while a file is made empty, or before that. */
    @Test
    void shouldForgetAtTheStartWhatWasRetired() throws Exception {
        Path directory = temp.resolve("j");
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            driver.entry(1, 0x10001, "one");
            driver.force();
        }
        Path generation = generations(directory).getFirst();
        Path retired = directory.resolve("log-0000000000" + Durable.REMOVED);
        Files.createDirectory(retired);
        Files.copy(generation.resolve(QueueFile.NAME), retired.resolve(QueueFile.NAME));
        assertThat(JournalVerifier.verify(directory).lastPosition()).isEqualTo(1);
        assertThat(JournalDriver.recover(directory).log().last()).isEqualTo(1);
        try (JournalDriver driver = new JournalDriver(JournalFiles.open(directory))) {
            driver.entry(2, 0x10001, "two");
            driver.force();
            assertThat(retired).doesNotExist();
        }
    }

    private static List<Path> generations(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(path -> path.getFileName().toString().matches("log-\\d{10}"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> paths = Files.list(directory)) {
            paths.forEach(path -> names.add(path.getFileName().toString()));
        }
        names.sort(null);
        return names;
    }
}
