package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.process.SchedAttr;
import io.gatun.master.log.EntryKind;
import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A journal gives back what was written to it, and lets go of what it needs no longer. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class ChronicleJournalTest {
    @TempDir
    Path temp;

    @Test
    void shouldGiveBackPromisesAndEntries() throws IOException {
        Path directory = temp.resolve("j");
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            driver.journal().promise(0x10001);
            driver.entry(1, 0x10001, "one");
            driver.entry(2, 0x10001, "two");
            driver.force();
            driver.entry(3, 0x10001, "three");
            driver.journal().promise(0x20002);
            driver.force();
        }
        for (int restart = 0; restart < 3; restart++) {
            try (OpenedJournal opened = JournalFiles.open(directory)) {
                assertThat(opened.state()).isEqualTo(JournalState.WHOLE);
                Recovered recovered = opened.recovered();
                assertThat(recovered.id()).isEqualTo(1);
                assertThat(recovered.incarnation()).isEqualTo(Members.ORIGINAL);
                assertThat(recovered.vouched()).isTrue();
                assertThat(recovered.promised()).isEqualTo(0x20002);
                assertThat(recovered.snapshot().position()).isZero();
                assertThat(recovered.snapshot().members()).isEqualTo(JournalDriver.THREE);
                assertThat(recovered.log().last()).isEqualTo(3);
                assertThat(recovered.log().epoch(2)).isEqualTo(0x10001);
                assertThat(recovered.log().kind(2)).isEqualTo(EntryKind.DATA);
                assertThat(JournalDriver.text(recovered.log(), 3)).isEqualTo("three");
                new JournalDriver(opened).close();
            }
        }
    }

    @Test
    void shouldForceInShortTurns() throws IOException {
        try (JournalDriver driver = JournalDriver.formed(temp.resolve("j"))) {
            driver.entry(1, 0x10001, "one");
            driver.force();
            assertThat(driver.forcingSliceNs())
                    .as("ns; 0 in a kernel without")
                    .isEqualTo(SchedAttr.slice() == 0 ? 0 : 100_000);
        }
    }

    @Test
    void shouldOverruleALaterEntryOfTheSamePosition() throws IOException {
        Path directory = temp.resolve("j");
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            for (int position = 1; position <= 5; position++) {
                driver.entry(position, 0x10001, "old" + position);
            }
            driver.entry(3, 0x20002, "new3");
            driver.force();
        }
        Recovered recovered = JournalDriver.recover(directory);
        assertThat(recovered.log().last()).isEqualTo(3);
        assertThat(JournalDriver.text(recovered.log(), 2)).isEqualTo("old2");
        assertThat(JournalDriver.text(recovered.log(), 3)).isEqualTo("new3");
    }

    @Test
    void shouldCompactInTheBackgroundAndKeepWhatIsAfterTheSnapshot() throws Exception {
        Path directory = temp.resolve("j");
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            for (int position = 1; position <= 10; position++) {
                driver.entry(position, 0x10001, "e" + position);
            }
            driver.journal().compact(new Snapshot(7, 0x10001, JournalDriver.THREE, bytes("state of 7")));
            driver.entry(11, 0x10001, "e11");
            driver.force();
            Snapshot stored = driver.awaitStored();
            assertThat(stored.position()).isEqualTo(7);
            assertThat(stored.state()).isEqualTo(bytes("state of 7"));
        }
        Recovered recovered = JournalDriver.recover(directory);
        assertThat(recovered.snapshot().position()).isEqualTo(7);
        assertThat(recovered.snapshot().epoch()).isEqualTo(0x10001);
        assertThat(recovered.snapshot().state()).isEqualTo(bytes("state of 7"));
        assertThat(recovered.log().base()).isEqualTo(7);
        assertThat(recovered.log().last()).isEqualTo(11);
        assertThat(JournalDriver.text(recovered.log(), 8)).isEqualTo("e8");
        assertThat(names(directory))
                .filteredOn(name -> name.startsWith("snapshot"))
                .hasSize(1);
    }

    @Test
    void shouldHaveAReceivedSnapshotOnDiskBeforeAForceAfterItEnds() throws Exception {
        Path directory = temp.resolve("j");
        byte[] state = new byte[3 << 20];
        new Random(1).nextBytes(state);
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            driver.entry(1, 0x10001, "overruled by the snapshot");
            driver.journal().restore(new Snapshot(100, 0x20002, JournalDriver.THREE, state));
            driver.entry(101, 0x20002, "e101");
            driver.force();
            // As it is at this moment, without a close.
            Recovered recovered = JournalDriver.recover(JournalCopies.copy(directory, temp));
            assertThat(recovered.snapshot().position()).isEqualTo(100);
            assertThat(recovered.snapshot().state()).isEqualTo(state);
            assertThat(recovered.log().last()).isEqualTo(101);
        }
    }

    @Test
    void shouldNotMixEntriesOfBeforeWithASnapshotThatOverrulesThem() throws Exception {
        Path directory = temp.resolve("j");
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            for (int position = 1; position <= 10; position++) {
                driver.entry(position, 0x10001, "e" + position);
            }
            driver.force();
            driver.journal().restore(new Snapshot(7, 0x20002, JournalDriver.THREE, bytes("s")));
            driver.awaitStored();
        }
        Recovered recovered = JournalDriver.recover(directory);
        assertThat(recovered.snapshot().position()).isEqualTo(7);
        assertThat(recovered.log().last()).as("8 to 10 follow another 7").isEqualTo(7);
    }

    @Test
    void shouldGoOnInOtherGenerationsAndRemoveThemAfterACompaction() throws Exception {
        Path directory = temp.resolve("j");
        String text = "x".repeat(1 << 20);
        long last = 0;
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            for (int i = 0; i < 100; i++) {
                driver.entry(++last, 0x10001, text);
                driver.force();
            }
            assertThat(generations(directory)).hasSizeGreaterThan(2);
            driver.journal().compact(new Snapshot(last, 0x10001, JournalDriver.THREE, bytes("s")));
            driver.awaitStored();
            driver.entry(++last, 0x10001, "last");
            driver.force();
        }
        Recovered recovered = JournalDriver.recover(directory);
        assertThat(recovered.log().base()).isEqualTo(100);
        assertThat(JournalDriver.text(recovered.log(), 101)).isEqualTo("last");
        assertThat(generations(directory)).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void shouldRememberThatAReplicaCannotVouchForItsLogUntilItCan() throws IOException {
        Path directory = temp.resolve("j");
        long incarnation;
        try (OpenedJournal opened = JournalFiles.open(directory)) {
            opened.join(3);
            incarnation = opened.recovered().incarnation();
            assertThat(incarnation).isNotEqualTo(Members.ORIGINAL);
            new JournalDriver(opened).close();
        }
        try (OpenedJournal opened = JournalFiles.open(directory)) {
            assertThat(opened.state()).isEqualTo(JournalState.WHOLE);
            assertThat(opened.recovered().vouched()).isFalse();
            assertThat(opened.recovered().snapshot().position()).isEqualTo(-1);
            try (JournalDriver driver = new JournalDriver(opened)) {
                driver.journal().restore(Snapshot.empty(JournalDriver.THREE));
                driver.entry(1, 0x10001, "e1");
                driver.journal().vouch();
                driver.force();
            }
        }
        Recovered recovered = JournalDriver.recover(directory);
        assertThat(recovered.vouched()).isTrue();
        assertThat(recovered.id()).isEqualTo(3);
        assertThat(recovered.incarnation()).isEqualTo(incarnation);
        assertThat(recovered.log().last()).isEqualTo(1);
    }

    @Test
    void shouldRefuseASecondUser() throws IOException {
        Path directory = temp.resolve("j");
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            assertThatThrownBy(() -> JournalFiles.open(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("lock is locked: another process uses this journal");
            assertThat(driver.failure()).isNull();
        }
    }

    @Test
    void shouldRefuseToFormALogOfAJournalThatHasOne() throws IOException {
        Path directory = temp.resolve("j");
        JournalDriver.formed(directory).close();
        try (OpenedJournal opened = JournalFiles.open(directory)) {
            assertThatThrownBy(() -> opened.form(1, JournalDriver.THREE)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> opened.join(1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldTakeEntriesOfAnySizeAndRefuseLongerOnes() throws IOException {
        Path directory = temp.resolve("j");
        byte[] longest = new byte[RecordLayout.PAYLOAD_MAX_BYTES];
        new Random(2).nextBytes(longest);
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            UnsafeBuffer buffer = new UnsafeBuffer(longest);
            for (int i = 1; i <= 12; i++) {
                driver.journal().entry(i, 0x10001, EntryKind.DATA, buffer, 0, longest.length);
            }
            driver.journal().entry(13, 0x10001, EntryKind.DATA, buffer, 0, 0);
            driver.force();
            UnsafeBuffer tooLong = new UnsafeBuffer(new byte[RecordLayout.PAYLOAD_MAX_BYTES + 1]);
            assertThatThrownBy(
                            () -> driver.journal().entry(14, 0x10001, EntryKind.DATA, tooLong, 0, tooLong.capacity()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must be at most 8388608");
        }
        Recovered recovered = JournalDriver.recover(directory);
        assertThat(recovered.log().last()).isEqualTo(13);
        assertThat(recovered.log().copy(12)).isEqualTo(longest);
        assertThat(recovered.log().length(13)).isZero();
    }

    @Test
    void shouldVerifyWithoutChangingAnything() throws IOException {
        Path directory = temp.resolve("j");
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            driver.journal().promise(0x10001);
            driver.entry(1, 0x10001, "one");
            driver.force();
        }
        var before = names(directory);
        JournalVerifier.Report report = JournalVerifier.verify(directory);
        assertThat(report.state()).isEqualTo(JournalState.WHOLE);
        assertThat(report.replica()).isEqualTo(1);
        assertThat(report.promised()).isEqualTo(0x10001);
        assertThat(report.lastPosition()).isEqualTo(1);
        assertThat(report.problem()).isEmpty();
        assertThat(names(directory)).isEqualTo(before);
        assertThat(JournalVerifier.verify(Files.createDirectory(temp.resolve("empty")))
                        .state())
                .isEqualTo(JournalState.EMPTY);
    }

    private static List<String> generations(Path directory) throws IOException {
        return names(directory).stream().filter(name -> name.startsWith("log-")).toList();
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
