package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written stays in the file, and leaves the mapped memory. */
class QueueFileMemoryTest {
    private static final int RECORD_BYTES = 4 << 10;
    private static final int RECORDS = 512;
    private static final int SIZE_BYTES = 4 << 20;
    /** Chronicle's header and index, the last page, and what the kernel maps around it. */
    private static final long LEFT_KIB = 256;

    @TempDir
    Path temp;

    @Test
    void shouldTakeWrittenPagesOutOfTheMappedMemory() throws IOException {
        ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (QueueFile file = new QueueFile(temp.resolve("q"), SIZE_BYTES, () -> true)) {
            append(file, record, 0);
            assertThat(mappedKib(file)).isGreaterThan((long) RECORDS * (RECORD_BYTES >> 10));
            file.unmapWritten();
            assertThat(mappedKib(file)).isLessThan(LEFT_KIB);
            file.force();
            append(file, record, RECORDS);
            file.unmapWritten();
            file.force();
            assertThat(mappedKib(file)).isLessThan(LEFT_KIB);
            requireAll(file, 2 * RECORDS);
        }
    }

    private static void append(QueueFile file, ByteBuffer record, int first) throws IOException {
        for (int number = first; number < first + RECORDS; number++) {
            for (int at = 0; at < RECORD_BYTES; at += Integer.BYTES) {
                record.putInt(at, number + 1);
            }
            file.append(record, RECORD_BYTES);
        }
    }

    /** Each record is there, in order, and whole. */
    private static void requireAll(QueueFile file, int records) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file.file())).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        for (int number = 1; number <= records; number++) {
            while (bytes.getInt(at) != number || bytes.getInt(at + RECORD_BYTES - Integer.BYTES) != number) {
                at += Integer.BYTES;
            }
            for (int end = at + RECORD_BYTES; at < end; at += Integer.BYTES) {
                assertThat(bytes.getInt(at)).isEqualTo(number);
            }
        }
    }

    private static long mappedKib(QueueFile file) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        long kib = 0;
        boolean its = false;
        for (String line : lines) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                its = line.endsWith(file.file().toString());
            } else if (its && line.startsWith("Rss:")) {
                kib += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kib;
    }
}
