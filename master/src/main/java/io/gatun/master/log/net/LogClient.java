package io.gatun.master.log.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Appends to a log from another process; any number of entries at a time on one connection, without allocation. The
 * replica must allow clients ({@link TransportSettings#maxClients}). One thread.
 */
public final class LogClient implements AutoCloseable {
    private static final long GREETING_MS = 5_000;
    private static final long NS_PER_MS = 1_000_000;
    private static final int REPLY_BYTES = 1 + 2 * Long.BYTES;

    /** Takes answers. */
    @FunctionalInterface
    public interface Replies {
        /** Of one entry: its position, or a negative {@link ReplyStatus}. */
        void reply(long correlationId, long result);
    }

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final InBuffer in;
    private final OutBuffer out;
    private final Consumer<SelectionKey> onKey = this::ready;
    private int readyOps;
    private boolean greeted;

    private LogClient(SocketChannel channel, TransportSettings settings) throws IOException {
        this.channel = channel;
        this.selector = Selector.open();
        this.in = new InBuffer(settings.maxFrameBytes());
        this.out = new OutBuffer(settings.maxWaitingBytes());
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    /**
     * Connects; returns when the replica has agreed.
     *
     * @throws IOException when it cannot be reached or refuses, with its reason
     */
    public static LogClient connect(InetSocketAddress address, TransportSettings settings) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        LogClient client = new LogClient(channel, settings);
        try {
            int at = client.out.claim(Hello.MAX_BYTES);
            client.out.commit(Hello.of(true, 0, 0, Hello.NONE, "").encode(FrameType.HELLO, client.out.view(), at));
            long deadline = System.nanoTime() + GREETING_MS * NS_PER_MS;
            while (!client.greeted) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException(address + " did not answer within " + GREETING_MS + " ms");
                }
                client.poll((correlationId, result) -> {}, 100);
            }
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /** Puts an entry in line; it is sent with the next {@link #poll}. False when too much waits already. */
    public boolean append(long correlationId, DirectBuffer bytes, int offset, int length) {
        int at = out.claim(1 + Long.BYTES + length);
        if (at < 0) {
            return false;
        }
        MutableDirectBuffer view = out.view();
        view.putByte(at, FrameType.REQUEST);
        view.putLong(at + 1, correlationId);
        view.putBytes(at + 1 + Long.BYTES, bytes, offset, length);
        out.commit(1 + Long.BYTES + length);
        return true;
    }

    /**
     * Sends what is in line, waits for answers and hands them over; more may be appended meanwhile.
     *
     * @return how many answers came
     * @throws IOException when the connection is lost: what became of entries without an answer is not known
     */
    public int poll(Replies replies, long timeoutMs) throws IOException {
        boolean all = out.writeTo(channel);
        key.interestOps(all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        readyOps = 0;
        selector.select(onKey, timeoutMs);
        int read = (readyOps & SelectionKey.OP_READ) == 0 ? 0 : in.readFrom(channel);
        if (read < 0) {
            throw new IOException("the replica closed the connection");
        }
        int count = 0;
        for (int offset = in.next(); offset >= 0; offset = in.next()) {
            count += handle(offset, in.length(), replies);
        }
        return count;
    }

    private void ready(SelectionKey selected) {
        readyOps = selected.readyOps();
    }

    private int handle(int offset, int length, Replies replies) throws IOException {
        DirectBuffer view = in.view();
        byte type = view.getByte(offset);
        switch (type) {
            case FrameType.WELCOME -> greeted = true;
            case FrameType.REJECT -> {
                byte[] text = new byte[length - 1];
                view.getBytes(offset + 1, text);
                throw new IOException("refused: " + new String(text, StandardCharsets.UTF_8));
            }
            case FrameType.REPLY -> {
                if (length != REPLY_BYTES) {
                    throw new FrameException("an answer has " + length + " bytes");
                }
                replies.reply(view.getLong(offset + 1), view.getLong(offset + 1 + Long.BYTES));
                return 1;
            }
            default -> throw new FrameException("a frame of type " + type + " that a client does not expect");
        }
        return 0;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
