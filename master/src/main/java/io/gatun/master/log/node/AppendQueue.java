package io.gatun.master.log.node;

import java.util.Arrays;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Entries on their way from any thread to the replica's: bounded, and without allocation. A record: number of the
 * listener (32 bits), correlation id (64), the bytes.
 */
final class AppendQueue {
    private static final int ENTRY = 1;
    private static final int AT_CORRELATION = Integer.BYTES;
    private static final int AT_BYTES = AT_CORRELATION + Long.BYTES;
    /** Agrona lets one record have an eighth of the buffer. */
    private static final int RECORDS = 8;

    /** Takes entries out. */
    interface Sink {
        void entry(AppendListener listener, long correlationId, DirectBuffer bytes, int offset, int length);
    }

    private final ManyToOneRingBuffer ring;
    private final MessageHandler handler = this::record;
    private final Sink sink;
    private volatile AppendListener[] listeners = {};

    /** @param maxEntryBytes of an entry, at least */
    AppendQueue(int maxEntryBytes, Sink sink) {
        this.sink = sink;
        int wanted = Math.max(1 << 20, RECORDS * (maxEntryBytes + AT_BYTES));
        int capacity = Integer.highestOneBit(wanted - 1) << 1;
        this.ring = new ManyToOneRingBuffer(new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(capacity + RingBufferDescriptor.TRAILER_LENGTH, Long.BYTES)));
    }

    /** A number for a listener, for ever. */
    synchronized int number(AppendListener listener) {
        AppendListener[] more = Arrays.copyOf(listeners, listeners.length + 1);
        more[listeners.length] = listener;
        listeners = more;
        return more.length - 1;
    }

    /** Copies an entry in; false when there is no room. Any thread. */
    boolean offer(int listener, long correlationId, DirectBuffer bytes, int offset, int length) {
        int index = ring.tryClaim(ENTRY, AT_BYTES + length);
        if (index < 0) {
            return false;
        }
        ring.buffer().putInt(index, listener);
        ring.buffer().putLong(index + AT_CORRELATION, correlationId);
        ring.buffer().putBytes(index + AT_BYTES, bytes, offset, length);
        ring.commit(index);
        return true;
    }

    /** Takes out at most so many; how many there were. */
    int drain(int limit) {
        return ring.read(handler, limit);
    }

    boolean isEmpty() {
        return ring.size() == 0;
    }

    private void record(int type, MutableDirectBuffer buffer, int index, int length) {
        sink.entry(
                listeners[buffer.getInt(index)],
                buffer.getLong(index + AT_CORRELATION),
                buffer,
                index + AT_BYTES,
                length - AT_BYTES);
    }
}
