package io.gatun.bench.vip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Asks one DNS server on loopback over UDP whether a name has records (RFC 1035, section 4). Not thread-safe. */
final class DnsProbe implements AutoCloseable {
    /** Type of an IPv4 address. */
    static final int A = 1;

    /** Type of a service's place; RFC 2782. */
    static final int SRV = 33;

    private static final int HEADER_BYTES = 12;
    private static final int ANSWER_BYTES_MAX = 512;
    private static final int CLASS_IN = 1;
    private static final int NXDOMAIN = 3;
    private static final int TIMEOUT_MS = 10_000;

    private final DatagramSocket socket;
    private final byte[] answer = new byte[ANSWER_BYTES_MAX];
    private int id;

    DnsProbe(int port) {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.connect(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(TIMEOUT_MS);
        } catch (IOException e) {
            throw new UncheckedIOException("DNS on UDP port " + port, e);
        }
    }

    /**
     * Asks and waits for the answer.
     *
     * @param name without a trailing dot
     * @return whether there are records; false only for an authoritative denial of the name
     */
    boolean exists(String name, int type) {
        id = (id + 1) & 0xffff;
        byte[] query = query(id, name, type);
        DatagramPacket packet = new DatagramPacket(answer, answer.length);
        try {
            socket.send(new DatagramPacket(query, query.length));
            do {
                packet.setLength(answer.length);
                socket.receive(packet);
            } while (packet.getLength() < HEADER_BYTES || u16(0) != id);
        } catch (SocketTimeoutException e) {
            throw new UncheckedIOException("no answer for " + name + " within " + TIMEOUT_MS + " ms", e);
        } catch (IOException e) {
            throw new UncheckedIOException("query for " + name, e);
        }
        return verdict(name, packet.getLength());
    }

    private boolean verdict(String name, int length) {
        int code = u16(2) & 0xf;
        int answers = u16(6);
        if (code == 0 && answers > 0) {
            return true;
        }
        if (code == NXDOMAIN) {
            return false;
        }
        throw new UncheckedIOException(new IOException("unexpected answer for " + name + ": rcode " + code + ", "
                + answers + " records, " + Arrays.toString(Arrays.copyOf(answer, length))));
    }

    private int u16(int offset) {
        return (answer[offset] & 0xff) << 8 | (answer[offset + 1] & 0xff);
    }

    /** A standard query without recursion. */
    static byte[] query(int id, String name, int type) {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + name.length() + 2 + 4);
        buffer.putShort((short) id).putShort((short) 0).putShort((short) 1).position(HEADER_BYTES);
        for (String label : name.split("\\.", -1)) {
            buffer.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        return buffer.put((byte) 0)
                .putShort((short) type)
                .putShort((short) CLASS_IN)
                .array();
    }

    @Override
    public void close() {
        socket.close();
    }
}
