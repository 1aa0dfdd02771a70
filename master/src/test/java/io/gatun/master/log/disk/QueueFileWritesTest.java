package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A force has to write what little lies around a record, not the larger pieces that a kernel may keep files in. */
class QueueFileWritesTest {
    private static final Path IO = Path.of("/proc/thread-self/io");
    private static final String WRITTEN = "write_bytes: ";
    private static final int RECORDS = 64;
    private static final int RECORD_BYTES = 300;
    private static final int SIZE_BYTES = 1 << 20;
    /** The record's 16 KiB, sometimes the next ones, Chronicle's header and its index. */
    private static final long MOST_BYTES = 16384 + 3 * 4096;

    @TempDir
    Path temp;

    @Test
    void shouldMakeLittleDirty() throws IOException {
        assumeThat(IO).isReadable();
        ByteBuffer record = record();
        try (QueueFile file = new QueueFile(temp.resolve("q"), SIZE_BYTES, () -> true)) {
            requireLittle(file, record);
        }
    }

    /** Whose zeros are written by larger pieces. */
    @Test
    void shouldMakeLittleDirtyInAFileThatIsUsedAgain() throws IOException {
        assumeThat(IO).isReadable();
        ByteBuffer record = record();
        Path used = temp.resolve("used");
        try (QueueFile file = new QueueFile(used, SIZE_BYTES, () -> true)) {
            for (int i = 0; i < SIZE_BYTES / RECORD_BYTES / 2; i++) {
                file.append(record, RECORD_BYTES);
            }
            file.force();
        }
        try (QueueFile file = new QueueFile(temp.resolve("q"), SIZE_BYTES, () -> true, used)) {
            requireLittle(file, record);
        }
    }

    private static ByteBuffer record() {
        ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);
        while (record.hasRemaining()) {
            record.put((byte) 'x');
        }
        return record;
    }

    private static void requireLittle(QueueFile file, ByteBuffer record) throws IOException {
        file.append(record, RECORD_BYTES);
        file.force();
        long before = written();
        for (int i = 0; i < RECORDS; i++) {
            file.append(record, RECORD_BYTES);
            file.force();
        }
        assertThat(written() - before).isLessThanOrEqualTo(RECORDS * MOST_BYTES);
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
