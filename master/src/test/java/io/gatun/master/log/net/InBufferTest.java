package io.gatun.master.log.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are cut off, changed or forged: no body comes of them, and no memory is got for what is only announced. */
class InBufferTest {
    private static final int LONGEST = 1 << 20;
    private static final int SMALL = 1 << 17;
    private static final List<String> BODIES = List.of("first", "the second frame, which is damaged", "third");

    @Test
    void shouldGiveBackWhatWasSent() throws IOException {
        assertThat(read(sent())).isEqualTo(BODIES);
    }

    @Test
    void shouldGiveNothingOfAFrameThatIsCutOff() throws IOException {
        byte[] sent = sent();
        for (int length = 0; length < sent.length; length++) {
            List<String> read = read(Arrays.copyOf(sent, length));
            assertThat(read).as("of %d bytes", length).isEqualTo(BODIES.subList(0, read.size()));
            assertThat(read).as("of %d bytes", length).hasSizeLessThan(BODIES.size());
        }
    }

    @Test
    void shouldRefuseAFrameInWhichABitIsFlipped() {
        byte[] sent = sent();
        int second = OutBuffer.HEADER + BODIES.getFirst().length();
        int third = second + OutBuffer.HEADER + BODIES.get(1).length();
        for (int bit = second * Byte.SIZE; bit < third * Byte.SIZE; bit++) {
            byte[] changed = sent.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            List<String> read = new ArrayList<>();
            try {
                read(changed, read);
                // The length grew: what should follow does not come any more.
                assertThat(bit).isLessThan((second + Integer.BYTES) * Byte.SIZE);
            } catch (IOException e) {
                assertThat(e).isInstanceOf(FrameException.class).hasMessageContaining("a frame");
            }
            assertThat(read).as("bit %d", bit).isEqualTo(BODIES.subList(0, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, LONGEST + 1, Integer.MAX_VALUE})
    void shouldRefuseALengthThatCannotBe(int length) {
        assertThatThrownBy(() -> read(header(length)))
                .isInstanceOf(FrameException.class)
                .hasMessage("a frame announces " + length + " bytes; allowed are 1 to " + LONGEST);
    }

    @Test
    void shouldGetMemoryForWhatCameAndNotForWhatIsAnnounced() throws IOException {
        InBuffer in = new InBuffer(LONGEST);
        ByteBuffer bytes =
                ByteBuffer.allocate(SMALL / 2).order(ByteOrder.LITTLE_ENDIAN).putInt(0, LONGEST);
        try (var channel = Channels.newChannel(new ByteArrayInputStream(bytes.array()))) {
            while (in.readFrom(channel) > 0) {
                assertThat(in.next()).isNegative();
            }
        }
        assertThat(in.view().capacity()).isLessThanOrEqualTo(SMALL);
    }

    private static byte[] header(int length) {
        return ByteBuffer.allocate(OutBuffer.HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .putInt((int) new CRC32C().getValue())
                .array();
    }

    private static byte[] sent() {
        OutBuffer out = new OutBuffer(LONGEST);
        for (String body : BODIES) {
            int at = out.claim(body.length());
            out.commit(out.view().putStringWithoutLengthAscii(at, body));
        }
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try {
            out.writeTo(Channels.newChannel(sent));
        } catch (IOException e) {
            throw new AssertionError("an array takes everything", e);
        }
        return sent.toByteArray();
    }

    private static List<String> read(byte[] sent) throws IOException {
        List<String> bodies = new ArrayList<>();
        read(sent, bodies);
        return bodies;
    }

    private static void read(byte[] sent, List<String> bodies) throws IOException {
        InBuffer in = new InBuffer(LONGEST);
        try (var channel = Channels.newChannel(new ByteArrayInputStream(sent))) {
            while (in.readFrom(channel) > 0) {
                for (int at = in.next(); at >= 0; at = in.next()) {
                    bodies.add(in.view().getStringWithoutLengthAscii(at, in.length()));
                }
            }
        }
    }
}
