package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.log.Entries;
import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to a journal's files: either everything that was acknowledged is read from them, or the journal is
 * DAMAGED and says where. The files are those of a real journal; its records lie in their first 96 KiB.
 */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class JournalDamageTest {
    private static final int BEGINNING_BYTES = 96 << 10;
    /** Chronicle's header and index end here, and the first record begins. */
    private static final int FIRST_RECORD = 65_808;

    private static final int ENTRIES = 6;

    @TempDir
    Path temp;

    private MemoryLog journal;
    private int end;

    @BeforeEach
    void write() throws Exception {
        Path directory = temp.resolve("j");
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            driver.entry(1, 0x10001, "compacted");
            driver.journal()
                    .compact(new Snapshot(
                            1, 0x10001, JournalDriver.THREE, "state".repeat(40).getBytes(StandardCharsets.UTF_8)));
            driver.awaitStored();
            driver.journal().promise(0x20002);
            for (int position = 2; position <= ENTRIES; position++) {
                driver.entry(position, 0x20002, text(position));
                driver.force();
            }
            journal = MemoryLog.load(JournalCopies.copy(directory, temp), BEGINNING_BYTES);
        }
        byte[] bytes = journal.generations.firstEntry().getValue().bytes();
        end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        assertThat(outcome(journal)).isEqualTo(JournalState.WHOLE);
    }

    private static String text(long position) {
        return "entry " + position + "x".repeat((int) position * 37);
    }

    /** The state; fails when it is WHOLE and something is missing, or when it is DAMAGED and does not say where. */
    private static JournalState outcome(MemoryLog log) throws IOException {
        Reading reading = Recovery.read(log);
        if (reading.state() == JournalState.DAMAGED) {
            assertThat(reading.problem()).containsPattern("generation \\d|snapshot \\d|mark");
            assertThat(reading.recovered()).isNull();
            return JournalState.DAMAGED;
        }
        assertThat(reading.state()).isEqualTo(JournalState.WHOLE);
        Recovered recovered = reading.recovered();
        assertThat(recovered.promised()).isEqualTo(0x20002);
        assertThat(recovered.id()).isEqualTo(1);
        assertThat(recovered.vouched()).isTrue();
        assertThat(recovered.incarnation()).isEqualTo(Members.ORIGINAL);
        assertThat(recovered.snapshot().position()).isEqualTo(1);
        assertThat(new String(recovered.snapshot().state(), StandardCharsets.UTF_8))
                .isEqualTo("state".repeat(40));
        Entries entries = recovered.log();
        assertThat(entries.last()).isEqualTo(ENTRIES);
        for (long position = 2; position <= ENTRIES; position++) {
            assertThat(JournalDriver.text(entries, position)).isEqualTo(text(position));
        }
        return JournalState.WHOLE;
    }

    @Test
    void shouldFindEveryFlippedBitOfEveryRecordOfTheLog() throws IOException {
        List<String> unseen = new ArrayList<>();
        for (int at = FIRST_RECORD; at < end; at++) {
            for (int bit = 0; bit < 8; bit++) {
                MemoryLog copy = journal.copy();
                copy.generations.firstEntry().getValue().flip(at, bit);
                if (outcome(copy) != JournalState.DAMAGED) {
                    unseen.add(at + "." + bit);
                }
            }
        }
        // What Chronicle puts between documents to align them is nobody's, as is its flag that a record is not
        // finished.
        assertThat(unseen.size()).as("%s", unseen).isLessThan(ENTRIES * (3 * 8 + 1) + 50);
        for (String bit : unseen) {
            assertThat(isPaddingOrFlag(bit)).as(bit).isTrue();
        }
    }

    private boolean isPaddingOrFlag(String place) {
        int at = Integer.parseInt(place.substring(0, place.indexOf('.')));
        ByteBuffer bytes = ByteBuffer.wrap(
                        journal.generations.firstEntry().getValue().bytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        int start = FIRST_RECORD;
        while (true) {
            int length = bytes.getInt(start);
            int next = (start + 4 + length + 3) / 4 * 4;
            if (at < next) {
                return at >= start + 4 + length || place.equals(start + 3 + ".7");
            }
            start = next;
        }
    }

    /** Also when the mark is older than the log, as after a power failure, and so proves nothing. */
    @Test
    void shouldFindEveryFlippedBitOfTheLastRecordWithoutTheMark() throws IOException {
        journal.mark = olderMark();
        byte[] bytes = journal.generations.firstEntry().getValue().bytes();
        int start = end - RecordLayout.OVERHEAD_BYTES - text(ENTRIES).length() - DocumentReader.LENGTH_BYTES;
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(start))
                .isEqualTo(RecordLayout.OVERHEAD_BYTES + text(ENTRIES).length());
        for (int at = start; at < end; at++) {
            for (int bit = 0; bit < 8; bit++) {
                MemoryLog copy = journal.copy();
                copy.generations.firstEntry().getValue().flip(at, bit);
                // Fails when it takes the journal for whole and lacks the entry.
                outcome(copy);
            }
        }
    }

    private byte[] olderMark() throws IOException {
        // The last two records are not in it.
        long sequence = Recovery.read(journal).sequence() - 3;
        ByteBuffer bytes = ByteBuffer.allocate(Mark.SIZE_BYTES);
        Mark.encode(bytes, new CRC32C(), journal.generations.firstKey(), sequence);
        return bytes.array();
    }

    @Test
    void shouldFindEveryFlippedBitOfSnapshotAndMark() throws IOException {
        MemoryFile snapshot = journal.snapshots.firstEntry().getValue();
        int snapshotEnd = snapshot.length();
        while (snapshot.bytes()[snapshotEnd - 1] == 0) {
            snapshotEnd--;
        }
        int unseen = 0;
        for (int at = FIRST_RECORD; at < snapshotEnd; at++) {
            MemoryLog copy = journal.copy();
            copy.snapshots.firstEntry().getValue().flip(at, at % 8);
            unseen += outcome(copy) == JournalState.DAMAGED ? 0 : 1;
        }
        assertThat(unseen).as("alignment, flags").isLessThan(12);
        for (int at = 0; at < Mark.SIZE_BYTES; at++) {
            MemoryLog copy = journal.copy();
            copy.mark[at] ^= 4;
            assertThat(outcome(copy)).isEqualTo(JournalState.DAMAGED);
        }
    }

    @Test
    void shouldSurviveOrFindFlippedBitsOfChroniclesOwnStructures() throws IOException {
        Random random = new Random(5);
        int whole = 0;
        for (int i = 0; i < 2_000; i++) {
            MemoryLog copy = journal.copy();
            copy.generations.firstEntry().getValue().flip(random.nextInt(FIRST_RECORD), random.nextInt(8));
            whole += outcome(copy) == JournalState.WHOLE ? 1 : 0;
        }
        assertThat(whole).as("its index is not needed").isGreaterThan(1_900);
    }

    @Test
    void shouldFindAFileThatWasCutOffAtAnyLength() throws IOException {
        for (int length = 0; length <= end + 64; length++) {
            MemoryLog copy = journal.copy();
            copy.generations.firstEntry().getValue().cut(length);
            assertThat(outcome(copy)).as("%d", length).isEqualTo(JournalState.DAMAGED);
            copy = journal.copy();
            copy.mark = olderMark();
            copy.generations.firstEntry().getValue().cut(length);
            assertThat(outcome(copy)).as("%d, mark is older", length).isEqualTo(JournalState.DAMAGED);
        }
        int snapshotLength = journal.snapshots.firstEntry().getValue().length();
        for (int length = 0; length < snapshotLength; length += 7) {
            MemoryLog copy = journal.copy();
            copy.snapshots.firstEntry().getValue().cut(length);
            JournalState state = outcome(copy);
            assertThat(state == JournalState.DAMAGED || length > FIRST_RECORD + 250)
                    .as("%d", length)
                    .isTrue();
        }
        for (int length = 0; length < Mark.SIZE_BYTES; length++) {
            MemoryLog copy = journal.copy();
            copy.mark = Arrays.copyOf(copy.mark, length);
            assertThat(outcome(copy)).isEqualTo(JournalState.DAMAGED);
        }
    }

    @Test
    void shouldFindALostFile() throws IOException {
        MemoryLog copy = journal.copy();
        copy.generations.clear();
        assertThat(outcome(copy)).isEqualTo(JournalState.DAMAGED);
        copy = journal.copy();
        copy.snapshots.clear();
        assertThat(outcome(copy)).isEqualTo(JournalState.DAMAGED);
        copy = journal.copy();
        copy.mark = null;
        assertThat(outcome(copy)).isEqualTo(JournalState.DAMAGED);
        copy.clear();
        assertThat(Recovery.read(copy).state()).isEqualTo(JournalState.EMPTY);
    }

    /** Records that were never acknowledged, each sector of which reached the disk or not. */
    @Test
    void shouldDropWhatWasBeingWrittenWhenTheMachineDied() throws Exception {
        Path directory = temp.resolve("torn");
        MemoryLog crashed;
        int forced;
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            driver.entry(1, 0x10001, "one");
            driver.force();
            forced = endOf(MemoryLog.load(directory, BEGINNING_BYTES));
            for (int position = 2; position <= 20; position++) {
                driver.entry(position, 0x10001, "y".repeat(position * 31));
            }
            crashed = MemoryLog.load(JournalCopies.copy(directory, temp), BEGINNING_BYTES);
        }
        Random random = new Random(3);
        int last = endOf(crashed);
        boolean dropped = false;
        for (int i = 0; i < 3_000; i++) {
            MemoryLog copy = crashed.copy();
            byte[] bytes = copy.generations.firstEntry().getValue().bytes();
            for (int at = forced; at < last; at = (at / 512 + 1) * 512) {
                if (random.nextInt(3) == 0) {
                    Arrays.fill(bytes, at, (at / 512 + 1) * 512, (byte) 0);
                }
            }
            Reading reading = Recovery.read(copy);
            assertThat(reading.state()).as(reading.problem()).isEqualTo(JournalState.WHOLE);
            assertThat(reading.recovered().log().last()).isBetween(1L, 20L);
            assertThat(JournalDriver.text(reading.recovered().log(), 1)).isEqualTo("one");
            dropped |= !reading.dropped().isEmpty();
        }
        assertThat(dropped).isTrue();
    }

    private static int endOf(MemoryLog log) {
        byte[] bytes = log.generations.firstEntry().getValue().bytes();
        int at = bytes.length;
        while (bytes[at - 1] == 0) {
            at--;
        }
        return (at + 3) / 4 * 4;
    }

    @Test
    void shouldPutADamagedJournalAsideAndComeBackAsAnother() throws Exception {
        Path directory = temp.resolve("aside");
        JournalDriver.formed(directory).close();
        Path file = new JournalDirectory(directory).generationPath(0).resolve(QueueFile.NAME);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(FIRST_RECORD + 20);
            raw.write(0xff);
        }
        try (OpenedJournal opened = JournalFiles.open(directory)) {
            assertThat(opened.state()).isEqualTo(JournalState.DAMAGED);
            assertThat(opened.damage()).contains(file.toString(), "at byte " + FIRST_RECORD, "checksum");
            opened.join(1);
            new JournalDriver(opened).close();
        }
        Recovered recovered = JournalDriver.recover(directory);
        assertThat(recovered.vouched()).isFalse();
        assertThat(recovered.incarnation()).isNotEqualTo(Members.ORIGINAL);
        assertThat(directory.resolve("damaged").resolve("acknowledged")).exists();
        // A crash right after it was put aside must not make it look like a new one.
        Path half = temp.resolve("half");
        JournalDriver.formed(half).close();
        new JournalDirectory(half).putAside();
        try (OpenedJournal opened = JournalFiles.open(half)) {
            assertThat(opened.state()).isEqualTo(JournalState.DAMAGED);
            assertThat(opened.damage()).contains("damaged");
        }
    }
}
