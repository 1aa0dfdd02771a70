package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A force has to write the pages that records were put into, not the larger pieces that a kernel may keep files in. */
class QueueFileWritesTest {
    private static final Path IO = Path.of("/proc/thread-self/io");
    private static final String WRITTEN = "write_bytes: ";
    private static final int RECORDS = 64;
    private static final int RECORD_BYTES = 300;
    /** The page of the record, the next one, Chronicle's header and its index. */
    private static final long MOST_BYTES = 4 * 4096;

    @TempDir
    Path temp;

    @Test
    void shouldMakeOnlyThePagesOfARecordDirty() throws IOException {
        assumeThat(IO).isReadable();
        UnsafeBuffer record = new UnsafeBuffer(new byte[RECORD_BYTES]);
        record.setMemory(0, RECORD_BYTES, (byte) 'x');
        try (QueueFile file = new QueueFile(temp.resolve("q"), 1 << 20, () -> true)) {
            file.append(record, RECORD_BYTES);
            file.force();
            long before = written();
            for (int i = 0; i < RECORDS; i++) {
                file.append(record, RECORD_BYTES);
                file.force();
            }
            assertThat(written() - before).isLessThanOrEqualTo(RECORDS * MOST_BYTES);
        }
    }

    /** What this thread has made dirty of files on disks, in bytes. */
    private static long written() throws IOException {
        return Files.readAllLines(IO).stream()
                .filter(line -> line.startsWith(WRITTEN))
                .mapToLong(line -> Long.parseLong(line.substring(WRITTEN.length())))
                .findFirst()
                .orElseThrow();
    }
}
