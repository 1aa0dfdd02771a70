package io.gatun.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class RecordFormatTest {
    private static final Path FILE = Path.of("/x/task.updates");

    @Test
    void shouldReturnWhatWasWritten() {
        RecordFormat.Contents contents = RecordFormat.decode(FILE, file("one", "two"));
        assertThat(contents.payloads()).extracting(String::new).containsExactly("one", "two");
        assertThat(contents.lengthBytes()).isEqualTo(2 * (RecordFormat.HEADER_BYTES + 3));
    }

    @Test
    void shouldDropEveryPossibleTornTail() {
        byte[] whole = file("one", "two");
        int first = RecordFormat.HEADER_BYTES + 3;
        for (int length = first; length < whole.length; length++) {
            RecordFormat.Contents contents = RecordFormat.decode(FILE, Arrays.copyOf(whole, length));
            assertThat(contents.payloads()).extracting(String::new).containsExactly("one");
            assertThat(contents.lengthBytes()).isEqualTo(first);
        }
    }

    @Test
    void shouldDropZerosThatTheFileSystemLeft() {
        byte[] whole = file("one");
        RecordFormat.Contents contents = RecordFormat.decode(FILE, Arrays.copyOf(whole, whole.length + 4096));
        assertThat(contents.payloads()).hasSize(1);
        assertThat(contents.lengthBytes()).isEqualTo(whole.length);
    }

    @Test
    void shouldFindEveryFlippedBitBeforeTheLastRecord() {
        byte[] whole = file("one", "two");
        int first = RecordFormat.HEADER_BYTES + 3;
        for (int bit = 0; bit < first * Byte.SIZE; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            if (bit / Byte.SIZE < Integer.BYTES) {
                // A wrong length may reach beyond the end: that looks like a torn record, of which nothing is used.
                assertThat(usable(damaged)).isZero();
            } else {
                assertThatThrownBy(() -> RecordFormat.decode(FILE, damaged))
                        .isInstanceOf(CorruptFileException.class)
                        .hasMessage("/x/task.updates: corrupt at byte 0: checksum mismatch");
            }
        }
    }

    private static int usable(byte[] bytes) {
        try {
            return RecordFormat.decode(FILE, bytes).payloads().size();
        } catch (CorruptFileException e) {
            return 0;
        }
    }

    private static byte[] file(String... payloads) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String payload : payloads) {
            byte[] record = RecordFormat.encode(payload.getBytes(StandardCharsets.UTF_8))
                    .array();
            out.write(record, 0, record.length);
        }
        return out.toByteArray();
    }
}
