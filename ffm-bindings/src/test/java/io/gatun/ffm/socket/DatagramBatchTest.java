package io.gatun.ffm.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemoryLayout.PathElement;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class DatagramBatchTest {
    private static final Inet4Address LOOPBACK = (Inet4Address) InetAddress.getLoopbackAddress();

    @Test
    void shouldHaveTheKernelsLayout() {
        // sizeof and offsetof on x86-64 and aarch64, glibc 2.36.
        assertThat(MMsgHdr.SIZE_BYTES).isEqualTo(64);
        assertThat(MMsgHdr.LAYOUT.byteOffset(PathElement.groupElement("msg_len")))
                .isEqualTo(56);
        assertThat(MMsgHdr.LAYOUT.byteOffset(PathElement.groupElement("msg_flags")))
                .isEqualTo(48);
        assertThat(MMsgHdr.LAYOUT.byteOffset(PathElement.groupElement("msg_iov")))
                .isEqualTo(16);
    }

    @Test
    void shouldAnswerEachDatagramToItsSender() throws IOException {
        try (UdpSocket server = UdpSocket.bind(LOOPBACK, 0, false);
                DatagramBatch batch = new DatagramBatch(8, 64);
                DatagramSocket one = new DatagramSocket();
                DatagramSocket two = new DatagramSocket()) {
            send(one, server.port(), new byte[] {1, 1});
            send(two, server.port(), new byte[] {2, 2, 2});
            send(one, server.port(), new byte[100]);
            send(two, server.port(), new byte[0]);
            ByteBuffer memory = batch.memory();
            int seen = 0;
            while (seen < 4) {
                int received = batch.receive(server);
                assertThat(received).isBetween(1, 4);
                for (int slot = 0; slot < received; slot++) {
                    assertThat(batch.truncated(slot)).isEqualTo(batch.length(slot) == 64);
                    memory.put(batch.offset(slot) + batch.length(slot), (byte) 9);
                    batch.answer(slot, batch.length(slot) + 1);
                }
                assertThat(batch.send(server)).isZero();
                seen += received;
            }
            // Packets that were sent on different processors may overtake each other, even on loopback.
            byte[] cut = new byte[65];
            cut[64] = 9;
            assertThat(List.of(receive(one), receive(one))).containsExactlyInAnyOrder(new byte[] {1, 1, 9}, cut);
            assertThat(List.of(receive(two), receive(two)))
                    .containsExactlyInAnyOrder(new byte[] {2, 2, 2, 9}, new byte[] {9});
        }
    }

    @Test
    void shouldWakeABlockedReceive() throws InterruptedException {
        try (UdpSocket server = UdpSocket.bind(LOOPBACK, 0, false)) {
            Thread receiver = Thread.ofPlatform().start(() -> {
                try (DatagramBatch batch = new DatagramBatch(4, 64)) {
                    batch.receive(server);
                }
            });
            Thread.sleep(100);
            assertThat(receiver.isAlive()).isTrue();
            server.wakeReaders();
            receiver.join(60_000);
            assertThat(receiver.isAlive()).isFalse();
        }
    }

    @Test
    void shouldTellThatAPortIsBusy() {
        try (UdpSocket first = UdpSocket.bind(LOOPBACK, 0, false)) {
            assertThatThrownBy(() -> UdpSocket.bind(LOOPBACK, first.port(), false))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EADDRINUSE))
                    .hasMessageStartingWith("bind udp 127.0.0.1:" + first.port() + ": EADDRINUSE");
        }
    }

    @Test
    void shouldShareAPortWhenAsked() {
        try (UdpSocket first = UdpSocket.bind(LOOPBACK, 0, true);
                UdpSocket second = UdpSocket.bind(LOOPBACK, first.port(), true)) {
            assertThat(second.port()).isEqualTo(first.port());
        }
    }

    @Test
    void shouldLeaveNoDescriptorOpen() throws IOException {
        Set<String> before = descriptors();
        for (int i = 0; i < 20; i++) {
            UdpSocket socket = UdpSocket.bind(LOOPBACK, 0, false);
            int port = socket.port();
            assertThatThrownBy(() -> UdpSocket.bind(LOOPBACK, port, false)).isInstanceOf(SyscallException.class);
            socket.close();
            socket.close();
        }
        assertThat(descriptors()).hasSizeLessThan(before.size() + 5);
    }

    private static Set<String> descriptors() {
        String[] names = new File("/proc/self/fd").list();
        return new HashSet<>(names == null ? Set.of() : Set.of(names));
    }

    private static void send(DatagramSocket socket, int port, byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, port));
    }

    private static byte[] receive(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(60_000);
        DatagramPacket packet = new DatagramPacket(new byte[200], 200);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }
}
