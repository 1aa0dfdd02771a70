package io.gatun.mesos.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordIoTest {
    private static List<String> decode(RecordIo.Decoder decoder, String text) throws CodecException {
        List<String> records = new ArrayList<>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        decoder.feed(bytes, 0, bytes.length, record -> records.add(new String(record, StandardCharsets.UTF_8)));
        return records;
    }

    @Test
    void shouldFrameWithDecimalLengthAndNewline() {
        assertThat(RecordIo.encode("hello".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("5\nhello".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> RecordIo.encode(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKeepARecordAcrossCalls() throws CodecException {
        RecordIo.Decoder decoder = new RecordIo.Decoder(100);
        assertThat(decode(decoder, "5\nhel")).isEmpty();
        assertThat(decoder.midRecord()).isTrue();
        assertThat(decode(decoder, "lo3\nabc1")).containsExactly("hello", "abc");
        assertThat(decode(decoder, "\nx")).containsExactly("x");
        assertThat(decoder.midRecord()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0\n",
                "\n",
                "-1\n",
                "x",
                "1 \n",
                "101\n",
                "99999999999999999999",
                "000000000000000000001",
                "1\r\n"
            })
    void shouldRejectLengthsThatAreNone(String text) {
        RecordIo.Decoder decoder = new RecordIo.Decoder(100);
        assertThatThrownBy(() -> decode(decoder, text))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("RecordIO length");
        assertThatThrownBy(() -> decode(decoder, "1\nx"))
                .as("the framing is lost for good")
                .isInstanceOf(CodecException.class);
    }

    @Test
    void shouldNotAllocateWhatALengthOnlyClaims() throws CodecException {
        // Twenty such claims would not fit this JVM's heap.
        List<RecordIo.Decoder> decoders = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RecordIo.Decoder decoder = new RecordIo.Decoder(Integer.MAX_VALUE);
            assertThat(decode(decoder, "2000000000\nabc")).isEmpty();
            decoders.add(decoder);
        }
        assertThat(decoders).allMatch(RecordIo.Decoder::midRecord);
    }

    @Property
    void shouldDecodeWhateverTheChunks(@ForAll List<byte[]> payloads, @ForAll long seed) throws CodecException {
        List<byte[]> sent =
                payloads.stream().filter(payload -> payload.length > 0).toList();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        sent.forEach(payload -> stream.writeBytes(RecordIo.encode(payload)));
        byte[] bytes = stream.toByteArray();
        Random random = new Random(seed);
        RecordIo.Decoder decoder = new RecordIo.Decoder(1 << 20);
        List<byte[]> received = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(1 + random.nextInt(7), bytes.length - at);
            decoder.feed(bytes, at, count, received::add);
            at += count;
        }
        assertThat(received.toArray(new byte[0][])).isDeepEqualTo(sent.toArray(new byte[0][]));
        assertThat(decoder.midRecord()).isFalse();
    }

    @Property
    void shouldThrowNothingButCodecException(@ForAll byte[] bytes) {
        RecordIo.Decoder decoder = new RecordIo.Decoder(1 << 16);
        try {
            decoder.feed(bytes, 0, bytes.length, record -> assertThat(record).isNotEmpty());
        } catch (CodecException e) {
            assertThat(e.getMessage()).startsWith("RecordIO length");
        }
    }

    @Test
    void shouldGrowWithALargeRecord() throws CodecException {
        String large = "y".repeat(3_000_000);
        assertThat(decode(new RecordIo.Decoder(4_000_000), large.length() + "\n" + large))
                .containsExactly(large);
    }
}
