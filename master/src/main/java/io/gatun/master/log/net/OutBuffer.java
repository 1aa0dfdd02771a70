package io.gatun.master.log.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames that wait to be sent, bounded. A frame: length of the body (32 bits, little endian), CRC32C of the body, the
 * body. Bodies are written in place, so a message is copied once, from the log. Allocates only while it grows.
 */
public final class OutBuffer {
    /** Length and checksum. */
    static final int HEADER = 8;

    private static final int FIRST_CAPACITY = 1 << 16;

    private final int limit;
    private final CRC32C crc = new CRC32C();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private ByteBuffer bytes;
    private int start;
    private int end;

    /** @param limit most bytes that may wait */
    OutBuffer(int limit) {
        this.limit = limit;
        use(ByteBuffer.allocateDirect(Math.min(limit, FIRST_CAPACITY)));
    }

    private void use(ByteBuffer fresh) {
        bytes = fresh.order(ByteOrder.LITTLE_ENDIAN);
        view.wrap(bytes);
    }

    /** How many bytes wait. */
    public int waiting() {
        return end - start;
    }

    /** The longest body that could be claimed now. */
    public int room() {
        return limit - waiting() - HEADER;
    }

    /** Where bodies are written. Valid until the next claim. */
    public MutableDirectBuffer view() {
        return view;
    }

    /**
     * Makes room for a body.
     *
     * @return where it begins in {@link #view}, or -1 when so much may not wait
     */
    public int claim(int length) {
        int wanted = HEADER + length;
        if (waiting() + wanted > limit) {
            return -1;
        }
        if (end + wanted > bytes.capacity()) {
            makeRoom(wanted);
        }
        return end + HEADER;
    }

    private void makeRoom(int wanted) {
        int waiting = waiting();
        bytes.limit(end).position(start);
        if (waiting + wanted <= bytes.capacity()) {
            bytes.compact();
            bytes.clear();
        } else {
            int capacity = (int) Math.min(limit, Math.max(2L * bytes.capacity(), (long) waiting + wanted));
            ByteBuffer larger = ByteBuffer.allocateDirect(capacity);
            larger.put(bytes);
            larger.clear();
            use(larger);
        }
        start = 0;
        end = waiting;
    }

    /** The body that was claimed last is complete. */
    public void commit(int length) {
        int body = end + HEADER;
        bytes.limit(body + length).position(body);
        crc.reset();
        crc.update(bytes);
        bytes.clear();
        bytes.putInt(end, length);
        bytes.putInt(end + Integer.BYTES, (int) crc.getValue());
        end = body + length;
    }

    /** Sends what the channel takes; true when nothing is left. */
    boolean writeTo(WritableByteChannel channel) throws IOException {
        while (start < end) {
            bytes.limit(end).position(start);
            int written;
            try {
                written = channel.write(bytes);
            } finally {
                bytes.clear();
            }
            if (written == 0) {
                return false;
            }
            start += written;
        }
        start = 0;
        end = 0;
        return true;
    }
}
