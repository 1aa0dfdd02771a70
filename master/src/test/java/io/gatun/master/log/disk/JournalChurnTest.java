package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.log.EntryKind;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a day's writes leave on the disk, and what a large log costs. Times are printed, not asserted: other tests run
 * beside. {@code -Dgatun.churn.mib=20000} for a day of 250 KB/s.
 */
@Timeout(value = 1200, unit = TimeUnit.SECONDS)
class JournalChurnTest {
    private static final int ENTRY_BYTES = 1024;
    private static final long CHURN_BYTES = Long.getLong("gatun.churn.mib", 400) << 20;
    /** As the master does: a snapshot after so much. */
    private static final long COMPACT_AFTER_BYTES = 32L << 20;

    private static final int STATE_BYTES = 16 << 20;
    private static final int BATCH = 64;

    @TempDir
    Path temp;

    @Test
    void shouldKeepTheDiskBoundedUnderADaysChurn() throws Exception {
        Path directory = temp.resolve("j");
        byte[] state = new byte[STATE_BYTES];
        new Random(1).nextBytes(state);
        UnsafeBuffer entry = new UnsafeBuffer(Arrays.copyOf(state, ENTRY_BYTES));
        long[] pauses = new long[Math.toIntExact(CHURN_BYTES / ENTRY_BYTES)];
        long most = 0;
        long position = 0;
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            long sinceSnapshot = 0;
            long compactions = 0;
            long stored = 0;
            while (position < pauses.length) {
                for (int i = 0; i < BATCH && position < pauses.length; i++) {
                    long before = System.nanoTime();
                    position++;
                    driver.journal().entry(position, 0x10001, EntryKind.DATA, entry, 0, ENTRY_BYTES);
                    if (sinceSnapshot >= COMPACT_AFTER_BYTES) {
                        compactions++;
                        driver.journal().compact(new Snapshot(position, 0x10001, JournalDriver.THREE, state));
                        sinceSnapshot = 0;
                    }
                    sinceSnapshot += ENTRY_BYTES;
                    pauses[(int) position - 1] = System.nanoTime() - before;
                }
                driver.force();
                // Snapshots that a slow disk has not stored yet would keep more than the bound below is about.
                if (sinceSnapshot >= COMPACT_AFTER_BYTES - BATCH * ENTRY_BYTES && compactions > stored) {
                    driver.awaitStored();
                    stored++;
                }
                if (position % (64 * BATCH) == 0) {
                    most = Math.max(most, used(directory));
                }
            }
            most = Math.max(most, used(directory));
        }
        Arrays.sort(pauses);
        System.out.printf(
                "churn of %d MiB: at most %d MiB on disk; an append takes %d us at p50, %d us at p99.99, %d us at most%n",
                CHURN_BYTES >> 20,
                most >> 20,
                pauses[pauses.length / 2] / 1000,
                pauses[(int) (pauses.length * 0.9999)] / 1000,
                pauses[pauses.length - 1] / 1000);
        // Two snapshots; what was written since the last but one, and while it was written; a generation ahead.
        assertThat(most).isLessThan(2L * STATE_BYTES + 2 * COMPACT_AFTER_BYTES + 4 * (32L << 20));
        assertThat(JournalDriver.recover(directory).log().last()).isEqualTo(position);
    }

    @Test
    void shouldReadALargeStateQuickly() throws Exception {
        Path directory = temp.resolve("large");
        byte[] state = new byte[150 << 20];
        new Random(2).nextBytes(state);
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            driver.entry(1, 0x10001, "one");
            driver.journal().compact(new Snapshot(1, 0x10001, JournalDriver.THREE, state));
            driver.awaitStored();
        }
        long before = System.nanoTime();
        Recovered recovered = JournalDriver.recover(directory);
        long opened = System.nanoTime();
        byte[] read;
        try (InputStream in = recovered.snapshot().open()) {
            read = in.readAllBytes();
        }
        long end = System.nanoTime();
        System.out.printf(
                "a state of %d MiB: %d ms to open and check the journal, %d ms to read the state%n",
                state.length >> 20, (opened - before) / 1_000_000, (end - opened) / 1_000_000);
        assertThat(Arrays.equals(read, state)).isTrue();
    }

    /** Bytes on the disk, without holes. */
    private static long used(Path directory) throws IOException {
        Process process = new ProcessBuilder("du", "-s", "-B1", directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream in = process.getInputStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return Long.parseLong(text.substring(0, text.indexOf('\t')));
        }
    }
}
