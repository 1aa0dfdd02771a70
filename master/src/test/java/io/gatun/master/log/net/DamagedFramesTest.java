package io.gatun.master.log.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no frame ends its connection, and only that: nothing is handed over, and others go on. */
@Timeout(120)
class DamagedFramesTest {
    private static final int ID = 1;
    private static final int OTHER = 2;
    private static final byte UNKNOWN = 99;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private final List<Byte> received = new ArrayList<>();
    private final TransportSettings settings = TransportSettings.defaults().clients(1);
    private Transport transport;

    private final class Recording implements Transport.Owner {
        @Override
        public UUID cluster() {
            return Hello.NONE;
        }

        @Override
        public void received(Link link, byte type, DirectBuffer bytes, int offset, int length) {
            received.add(type);
        }

        @Override
        public void heardOf(int peer, String address, UUID cluster) {
            // Where it says that it listens is of no interest here.
        }

        @Override
        public void clientGone(Link link) {
            link.attach(null);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        transport = new Transport(ID, any, "127.0.0.1", settings, new Recording());
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
    }

    static Stream<Arguments> firstFrames() {
        return Stream.of(
                Arguments.of(
                        "of another protocol", "GET /replicas HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of("of a negative length", raw(-1, 0)),
                Arguments.of("too long", raw(Integer.MAX_VALUE, 0)),
                Arguments.of("with a wrong checksum", flipped(hello(OTHER))),
                Arguments.of(
                        "of a version that is too new", frame(new Hello(2, 3, false, OTHER, ID, Hello.NONE, "a:1"))),
                Arguments.of("of a replica with the same id", hello(ID)),
                Arguments.of("of a replica that cannot be", hello(-7)),
                Arguments.of("that is no greeting", frame(FrameType.PREPARE, 2 * Long.BYTES)),
                Arguments.of("of an unknown type", frame(UNKNOWN, 8)),
                Arguments.of("with a type alone", frame(FrameType.HELLO, 0)),
                Arguments.of("that announces an address and has none", cut(hello(OTHER))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("firstFrames")
    void shouldEndAConnectionThatBeginsWithAFrame(String what, byte[] sent) throws IOException {
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap(sent));
            assertThat(isEnded(channel)).isTrue();
        }
        assertThat(received).isEmpty();
        assertOthersGoOn();
    }

    static Stream<Arguments> laterFrames() {
        return Stream.of(
                Arguments.of("of a negative length", raw(-1, 0)),
                Arguments.of("too long", raw((4 << 20) + (64 << 10) + 1, 0)),
                Arguments.of("with a wrong checksum", flipped(frame(FrameType.PREPARE, 2 * Long.BYTES))),
                Arguments.of("that greets again", hello(OTHER)),
                Arguments.of("that a client may send", frame(FrameType.REQUEST, 2 * Long.BYTES)),
                Arguments.of("that pings with too few bytes", frame(FrameType.PING, 3)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("laterFrames")
    void shouldEndAConnectionThatGoesOnWithAFrame(String what, byte[] sent) throws IOException {
        try (SocketChannel channel = greeted()) {
            channel.write(ByteBuffer.wrap(sent));
            assertThat(isEnded(channel)).isTrue();
        }
        assertThat(received).isEmpty();
        assertOthersGoOn();
    }

    /** Half a frame is not wrong yet; the other end may be slow, and is given up when it says nothing for long. */
    @Test
    void shouldHandOverNothingOfAFrameThatNeverEnds() throws IOException {
        byte[] whole = frame(FrameType.PREPARE, 2 * Long.BYTES);
        try (SocketChannel channel = greeted()) {
            channel.write(ByteBuffer.wrap(whole, 0, whole.length - 1));
            poll();
            assertThat(received).isEmpty();
            channel.write(ByteBuffer.wrap(whole, whole.length - 1, 1));
            pollUntil(() -> !received.isEmpty());
            assertThat(received).containsExactly(FrameType.PREPARE);
        }
    }

    /** A replica that was ended dials again: that must work, and it is heard. */
    private void assertOthersGoOn() throws IOException {
        int before = received.size();
        try (SocketChannel channel = greeted()) {
            channel.write(ByteBuffer.wrap(frame(FrameType.PREPARE, 2 * Long.BYTES)));
            pollUntil(() -> received.size() > before);
        }
        assertThat(received).hasSizeGreaterThan(before).endsWith(FrameType.PREPARE);
    }

    private SocketChannel connect() throws IOException {
        String[] address = transport.advertised().split(":", 2);
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(address[0], Integer.parseInt(address[1])));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        return channel;
    }

    private SocketChannel greeted() throws IOException {
        SocketChannel channel = connect();
        channel.write(ByteBuffer.wrap(hello(OTHER)));
        InBuffer in = new InBuffer(settings.maxFrameBytes());
        pollUntil(() -> in.readFrom(channel) > 0 && in.next() >= 0);
        return channel;
    }

    private void poll() throws IOException {
        for (int i = 0; i < 50; i++) {
            transport.poll(1, () -> true);
            transport.flush();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private void pollUntil(Condition condition) throws IOException {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadlineNs);
            transport.poll(1, () -> true);
            transport.flush();
        }
    }

    private boolean isEnded(SocketChannel channel) throws IOException {
        ByteBuffer told = ByteBuffer.allocate(1 << 10);
        for (long deadlineNs = System.nanoTime() + PATIENCE_NS; System.nanoTime() < deadlineNs; ) {
            transport.poll(1, () -> true);
            transport.flush();
            try {
                if (channel.read(told.clear()) < 0) {
                    return true;
                }
            } catch (IOException e) {
                return true; // ECONNRESET: it was ended with bytes that nobody read
            }
        }
        return false;
    }

    // ---- frames

    private static byte[] hello(int id) {
        return frame(Hello.of(false, id, ID, Hello.NONE, "127.0.0.1:9"));
    }

    private static byte[] frame(Hello hello) {
        UnsafeBuffer body = new UnsafeBuffer(new byte[Hello.MAX_BYTES]);
        return framed(body, hello.encode(FrameType.HELLO, body, 0));
    }

    private static byte[] frame(byte type, int more) {
        UnsafeBuffer body = new UnsafeBuffer(new byte[1 + more]);
        body.putByte(0, type);
        return framed(body, 1 + more);
    }

    private static byte[] framed(DirectBuffer body, int length) {
        OutBuffer out = new OutBuffer(1 << 16);
        int at = out.claim(length);
        out.view().putBytes(at, body, 0, length);
        out.commit(length);
        byte[] bytes = new byte[OutBuffer.HEADER + length];
        out.view().getBytes(0, bytes);
        return bytes;
    }

    private static byte[] raw(int length, int checksum) {
        return ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .putInt(checksum)
                .array();
    }

    private static byte[] flipped(byte[] frame) {
        frame[frame.length - 1] ^= 1;
        return frame;
    }

    /** The same greeting without its last byte, and with a checksum that is right for that. */
    private static byte[] cut(byte[] frame) {
        return framed(
                new UnsafeBuffer(frame, OutBuffer.HEADER, frame.length - OutBuffer.HEADER - 1),
                frame.length - OutBuffer.HEADER - 1);
    }
}
