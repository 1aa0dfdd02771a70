package io.gatun.master.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
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
class ChronicleRegistryLogTest {
    @TempDir
    Path temp;

    @Test
    void shouldGiveBackEverythingThatWasAcknowledgedBeforeACrash() throws IOException {
        Path crashed = writeAndCrash(20);
        assertThat(recover(crashed).view().frameworks()).hasSize(20);
        // And again, from the condensed form.
        assertThat(recover(crashed).view().frameworks()).hasSize(20);
    }

    @Test
    void shouldGiveBackEachKindOfRecord() {
        Path directory = temp.resolve("kinds");
        try (ChronicleRegistryLog log = new ChronicleRegistryLog(directory)) {
            log.recover();
            log.append(List.of(
                            agent("s1"), agent("s2"), agent("s3"), framework("f1"), framework("f2"), framework("f3")))
                    .join();
            log.append(List.of(
                            RegistryRecord.newBuilder()
                                    .setVersion(1)
                                    .setAgentUnreachable(RegistryRecord.AgentUnreachable.newBuilder()
                                            .setAgentId(agentId("s2"))
                                            .setSinceEpochMs(77))
                                    .build(),
                            RegistryRecord.newBuilder()
                                    .setVersion(1)
                                    .setAgentRemoved(RegistryRecord.AgentRemoved.newBuilder()
                                            .setAgentId(agentId("s3")))
                                    .build(),
                            RegistryRecord.newBuilder()
                                    .setVersion(1)
                                    .setFrameworkDisconnected(RegistryRecord.FrameworkDisconnected.newBuilder()
                                            .setFrameworkId(frameworkId("f2"))
                                            .setDeadlineEpochMs(99))
                                    .build(),
                            RegistryRecord.newBuilder()
                                    .setVersion(1)
                                    .setFrameworkRemoved(RegistryRecord.FrameworkRemoved.newBuilder()
                                            .setFrameworkId(frameworkId("f3")))
                                    .build()))
                    .join();
        }
        for (int generation = 0; generation < 2; generation++) {
            RegistryView state = recover(directory).view();
            assertThat(state.agents()).containsOnlyKeys("s1");
            assertThat(state.unreachableAgents()).containsEntry("s2", 77L).hasSize(1);
            assertThat(state.removedAgents()).containsExactly("s3");
            assertThat(state.frameworks()).containsOnlyKeys("f1", "f2");
            assertThat(state.frameworks().get("f1").hasDeadlineEpochMs()).isFalse();
            assertThat(state.frameworks().get("f2").getDeadlineEpochMs()).isEqualTo(99);
            assertThat(state.removedFrameworks()).containsExactly("f3");
        }
    }

    @Test
    void shouldAcknowledgeWithThePositionOfTheLastEntry() {
        try (ChronicleRegistryLog log = new ChronicleRegistryLog(temp.resolve("p"))) {
            log.recover();
            assertThat(log.append(List.of(framework("a"), framework("b"))).join())
                    .isEqualTo(2);
            assertThat(log.append(List.of(framework("c"))).join()).isEqualTo(3);
        }
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
    void shouldKeepOneGenerationAndItsSizeBounded() throws IOException {
        Path directory = temp.resolve("bounded");
        for (int term = 0; term < 3; term++) {
            try (ChronicleRegistryLog log = new ChronicleRegistryLog(directory)) {
                log.recover();
                for (int i = 0; i < 50; i++) {
                    List<RegistryRecord> batch = new ArrayList<>();
                    for (int j = 0; j < 200; j++) {
                        batch.add(framework("same"));
                    }
                    log.append(batch).join();
                }
            }
        }
        RegistryView state = recover(directory).view();
        assertThat(state.frameworks()).hasSize(1);
        assertThat(state.encodedLength()).isLessThan(200);
        try (Stream<Path> paths = Files.list(directory)) {
            assertThat(paths.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("acknowledged", "log-0000000003");
        }
    }

    @Test
    void shouldIgnoreAGenerationThatWasNotFinished() throws IOException {
        Path crashed = writeAndCrash(3);
        Files.createDirectories(crashed.resolve("log-0000000001.unfinished"));
        Files.writeString(crashed.resolve("log-0000000001.unfinished").resolve("metadata.cq4t"), "garbage");
        assertThat(recover(crashed).view().frameworks()).hasSize(3);
        assertThat(crashed.resolve("log-0000000001.unfinished")).doesNotExist();
    }

    @Test
    void shouldRefuseWhenTheGenerationIsMissing() throws IOException {
        Path crashed = writeAndCrash(3);
        Durable.deleteTree(crashed.resolve("log-0000000000"));
        assertThatThrownBy(() -> recover(crashed))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("directory is missing");
    }

    @Test
    void shouldRefuseASecondMasterOnTheSameDirectory() {
        Path directory = temp.resolve("twice");
        try (ChronicleRegistryLog first = new ChronicleRegistryLog(directory)) {
            first.recover();
            assertThatThrownBy(() -> new ChronicleRegistryLog(directory))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("another master uses this work_dir");
        }
    }

    @Test
    void shouldSayThatTheDirectoryCannotBeUsed() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        assumeTrue(Files.isRegularFile(file));
        assertThatThrownBy(() -> new ChronicleRegistryLog(file))
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
        try (ChronicleRegistryLog log = new ChronicleRegistryLog(directory)) {
            return log.recover();
        }
    }

    private Path writeAndCrash(int frameworks) throws IOException {
        Path live = Files.createTempDirectory(temp, "live");
        try (ChronicleRegistryLog log = new ChronicleRegistryLog(live)) {
            log.recover();
            for (int i = 0; i < frameworks; i++) {
                log.append(List.of(framework("f" + i, "name-" + i))).join();
            }
            return copy(live);
        }
    }

    private Path crashBeforeLastAcknowledgement() throws IOException {
        Path live = Files.createTempDirectory(temp, "live");
        try (ChronicleRegistryLog log = new ChronicleRegistryLog(live)) {
            log.recover();
            log.append(List.of(framework("f0", "name-0"), framework("f1", "name-1")))
                    .join();
            byte[] mark = Files.readAllBytes(live.resolve("acknowledged"));
            log.append(List.of(framework("f2", "name-last"))).join();
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

    private static RegistryRecord framework(String id) {
        return framework(id, "n");
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

    private static AgentID agentId(String id) {
        return AgentID.newBuilder().setValue(id).build();
    }

    private static RegistryRecord agent(String id) {
        return RegistryRecord.newBuilder()
                .setVersion(1)
                .setAgentAdmitted(RegistryRecord.AgentAdmitted.newBuilder()
                        .setAgentInfo(AgentInfo.newBuilder().setHostname("h").setId(agentId(id))))
                .build();
    }
}
