package io.gatun.master.log.net;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One connection. Between replicas the one who dialled sends messages and the other only answers pings, so that what is
 * cut off in one direction only is seen as that. Used on the transport's thread.
 */
public final class Link {
    /** Who called, and whether it is known who that is. */
    enum Kind {
        /** Accepted, and has not said hello. */
        STRANGER,
        /** Accepted from a replica. */
        INCOMING,
        /** Accepted from a client. */
        CLIENT,
        /** Dialled to a replica. */
        OUTGOING
    }

    private final SocketChannel channel;
    private final SelectionKey key;
    private final InBuffer in;
    private final OutBuffer out;
    private final String name;
    private Kind kind;
    private int peer;
    private boolean ready;
    private boolean closed;
    private long openedAt;
    private long heardAt;
    private long pingedAt;
    private long roundTripNs = -1;
    private Object attachment;

    Link(SocketChannel channel, SelectionKey key, Kind kind, int peer, String name, TransportSettings settings) {
        this.channel = channel;
        this.key = key;
        this.kind = kind;
        this.peer = peer;
        this.name = name;
        this.in = new InBuffer(settings.maxFrameBytes());
        this.out = new OutBuffer(settings.maxWaitingBytes());
    }

    void opened(long now) {
        openedAt = now;
        heardAt = now;
        pingedAt = now;
    }

    void known(Kind newKind, int newPeer) {
        kind = newKind;
        peer = newPeer;
        ready = true;
    }

    /** Whether both have said hello. */
    boolean ready() {
        return ready;
    }

    Kind kind() {
        return kind;
    }

    /** Id of the replica at the other end; 0 for a client. */
    public int peer() {
        return peer;
    }

    /** What waits to be sent to the other end. */
    public OutBuffer out() {
        return out;
    }

    /** What the owner keeps with this connection; null for nothing. */
    public Object attachment() {
        return attachment;
    }

    /** Keeps something with this connection. */
    public void attach(Object newAttachment) {
        attachment = newAttachment;
    }

    InBuffer in() {
        return in;
    }

    SocketChannel channel() {
        return channel;
    }

    long openedAt() {
        return openedAt;
    }

    long heardAt() {
        return heardAt;
    }

    void heard(long now) {
        heardAt = now;
    }

    long pingedAt() {
        return pingedAt;
    }

    /** Of the last ping, in nanoseconds; -1 before the first. */
    long roundTripNs() {
        return roundTripNs;
    }

    void ping(long now) {
        pingedAt = now;
        send(FrameType.PING, now);
    }

    void pong(long number) {
        send(FrameType.PONG, number);
    }

    void ponged(long sentAt, long now) {
        roundTripNs = now - sentAt;
    }

    /** Whether nothing can be sent any more. */
    public boolean isClosed() {
        return closed;
    }

    private void send(byte type, long number) {
        int at = out.claim(1 + Long.BYTES);
        if (at >= 0) {
            out.view().putByte(at, type);
            out.view().putLong(at + 1, number);
            out.commit(1 + Long.BYTES);
        }
    }

    /** Sends bytes after a type; false when too much waits already. */
    public boolean send(byte type, DirectBuffer bytes, int offset, int length) {
        int at = out.claim(1 + length);
        if (at < 0) {
            return false;
        }
        MutableDirectBuffer view = out.view();
        view.putByte(at, type);
        view.putBytes(at + 1, bytes, offset, length);
        out.commit(1 + length);
        return true;
    }

    void reject(String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int at = out.claim(1 + text.length);
        if (at >= 0) {
            out.view().putByte(at, FrameType.REJECT);
            out.view().putBytes(at + 1, text);
            out.commit(1 + text.length);
        }
    }

    /** Sends what can be sent; what is left goes when the socket has room. */
    void flush() throws IOException {
        if (closed || out.waiting() == 0) {
            return;
        }
        boolean all = out.writeTo(channel);
        int wanted = all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    void close() throws IOException {
        closed = true;
        key.cancel();
        channel.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
