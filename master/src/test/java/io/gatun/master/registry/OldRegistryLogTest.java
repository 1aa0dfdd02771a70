package io.gatun.master.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Crashes are played by copying the directory while the log is open, and damage by changing the copy. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OldRegistryLogTest {
    @TempDir
    Path temp;

    @Test
    void shouldGiveBackEverythingThatWasAcknowledgedBeforeACrash() throws IOException {
        Path crashed = writeAndCrash(20);
        assertThat(recover(crashed).view().frameworks()).hasSize(20);
    }

    /** Whatever bit flips: either nothing is lost, or the master refuses to start and says where. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldNeverLoseAnythingSilentlyWhenABitFlips(long seed) throws IOException {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 12; i++) {
            Path crashed = writeAndCrash(6);
            Path file = dataFile(crashed);
            // Entries first of all: they are a small part of the file.
            long at = i % 3 == 0 ? random.nextLong(Files.size(file)) : find(file, "name-" + i % 6) + random.nextInt(8);
            flip(file, at, random.nextInt(8));
            refused += completeOrRefused(crashed, file, 6) ? 0 : 1;
        }
        assertThat(refused).as("flips inside of entries are found").isGreaterThanOrEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void shouldNeverLoseAnythingSilentlyWhenAFileIsCutOff(long seed) throws IOException {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 6; i++) {
            Path crashed = writeAndCrash(6);
            Path file = dataFile(crashed);
            long end = find(file, "name-5");
            cut(file, end - random.nextInt(400));
            refused += completeOrRefused(crashed, file, 6) ? 0 : 1;
        }
        assertThat(refused).isEqualTo(6);
    }

    @Test
    void shouldNameTheFileAndThePositionOfADamagedEntry() throws IOException {
        Path crashed = writeAndCrash(6);
        Path file = dataFile(crashed);
        flip(file, find(file, "name-2"), 3);
        // Position 0 is the snapshot.
        assertThatThrownBy(() -> recover(crashed))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("position 3")
                .hasMessageContaining("checksum");
    }

    @Test
    void shouldDropATornLastEntryThatWasNeverAcknowledged() throws IOException {
        Path crashed = crashBeforeLastAcknowledgement();
        Path file = dataFile(crashed);
        long at = find(file, "name-last");
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(at + 3);
            raw.write(new byte[64]); // The rest of the entry never reached the disk.
        }
        assertThat(recover(crashed).view().frameworks()).containsOnlyKeys("f0", "f1");
    }

    @Test
    void shouldRefuseADamagedLastEntryThatIsNotTorn() throws IOException {
        Path crashed = crashBeforeLastAcknowledgement();
        Path file = dataFile(crashed);
        flip(file, find(file, "name-last"), 0);
        assertThatThrownBy(() -> recover(crashed)).isInstanceOf(RegistryException.class);
    }

    @Test
    void shouldRefuseATornLastEntryThatWasAcknowledged() throws IOException {
        Path crashed = writeAndCrash(3);
        Path file = dataFile(crashed);
        long at = find(file, "name-2");
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(at + 3);
            raw.write(new byte[64]);
        }
        assertThatThrownBy(() -> recover(crashed)).isInstanceOf(RegistryException.class);
    }

    @Test
    void shouldRefuseWhenTheGenerationIsMissing() throws IOException {
        Path crashed = writeAndCrash(3);
        deleteTree(crashed.resolve("log-0000000000"));
        assertThatThrownBy(() -> recover(crashed))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("directory is missing");
    }

    @Test
    void shouldRefuseADirectoryThatIsInUse() throws IOException {
        Path directory = writeAndCrash(1);
        try (OldRegistryLog first = new OldRegistryLog(directory)) {
            assertThat(first.recover().view().frameworks()).hasSize(1);
            assertThatThrownBy(() -> new OldRegistryLog(directory))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("another master uses this work_dir");
        }
    }

    @Test
    void shouldSayThatTheDirectoryCannotBeUsed() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        assumeTrue(Files.isRegularFile(file));
        assertThatThrownBy(() -> new OldRegistryLog(file))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(file.toString());
    }

    /** Returns whether all is there; fails when something is missing without a refusal that names the directory. */
    private static boolean completeOrRefused(Path crashed, Path file, int frameworks) {
        RegistryView state;
        try {
            state = recover(crashed).view();
        } catch (RegistryException e) {
            assertThat(e.getMessage()).contains(file.getParent().toString());
            return false;
        }
        assertThat(state.frameworks()).hasSize(frameworks);
        for (int i = 0; i < frameworks; i++) {
            assertThat(state.frameworks().get("f" + i).getInfo())
                    .isEqualTo(framework("f" + i, "name-" + i)
                            .getFrameworkSubscribed()
                            .getFrameworkInfo());
        }
        return true;
    }

    private static RegistryState recover(Path directory) {
        try (OldRegistryLog log = new OldRegistryLog(directory)) {
            return log.recover();
        }
    }

    private Path writeAndCrash(int frameworks) throws IOException {
        Path live = Files.createTempDirectory(temp, "live");
        try (OldRegistryWriter log = new OldRegistryWriter(live)) {
            for (int i = 0; i < frameworks; i++) {
                log.append(List.of(framework("f" + i, "name-" + i)));
            }
            return copy(live);
        }
    }

    private Path crashBeforeLastAcknowledgement() throws IOException {
        Path live = Files.createTempDirectory(temp, "live");
        try (OldRegistryWriter log = new OldRegistryWriter(live)) {
            log.append(List.of(framework("f0", "name-0"), framework("f1", "name-1")));
            byte[] mark = Files.readAllBytes(live.resolve("acknowledged"));
            log.append(List.of(framework("f2", "name-last")));
            Path crashed = copy(live);
            Files.write(crashed.resolve("acknowledged"), mark);
            return crashed;
        }
    }

    private Path copy(Path from) throws IOException {
        Path to = Files.createTempDirectory(temp, "crashed");
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        return to;
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static Path dataFile(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(path -> path.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static long find(Path file, String text) throws IOException {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        int at = content.indexOf(text);
        assertThat(at).as("%s in %s", text, file).isNotNegative();
        return at;
    }

    private static void flip(Path file, long at, int bit) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(at);
            int old = raw.read();
            raw.seek(at);
            raw.write(old ^ (1 << bit));
        }
    }

    private static void cut(Path file, long size) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(size);
        }
    }

    private static RegistryRecord framework(String id, String name) {
        return RegistryRecord.newBuilder()
                .setVersion(1)
                .setFrameworkSubscribed(RegistryRecord.FrameworkSubscribed.newBuilder()
                        .setFrameworkInfo(FrameworkInfo.newBuilder()
                                .setUser("u")
                                .setName(name)
                                .setId(frameworkId(id))))
                .build();
    }

    private static FrameworkID frameworkId(String id) {
        return FrameworkID.newBuilder().setValue(id).build();
    }
}
