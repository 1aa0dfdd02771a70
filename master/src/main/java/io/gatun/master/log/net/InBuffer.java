package io.gatun.master.log.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames as they come; the inverse of {@link OutBuffer}. Allocates only while it grows, up to one longest frame. */
final class InBuffer {
    private static final int FIRST_CAPACITY = 1 << 16;

    private final int longest;
    private final CRC32C crc = new CRC32C();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private ByteBuffer bytes;
    private int start;
    private int end;
    private int length;

    /** @param longest most bytes of a body */
    InBuffer(int longest) {
        this.longest = longest;
        use(ByteBuffer.allocateDirect(Math.min(FIRST_CAPACITY, OutBuffer.HEADER + longest)));
    }

    private void use(ByteBuffer fresh) {
        bytes = fresh.order(ByteOrder.LITTLE_ENDIAN);
        view.wrap(bytes);
    }

    /** Takes what the channel has; the number of bytes, or -1 at its end. */
    int readFrom(ReadableByteChannel channel) throws IOException {
        if (end == bytes.capacity()) {
            makeRoom();
        }
        bytes.limit(bytes.capacity()).position(end);
        int read;
        try {
            read = channel.read(bytes);
        } finally {
            bytes.clear();
        }
        end += Math.max(read, 0);
        return read;
    }

    /** Whether the channel may have more than fitted. */
    boolean isFull() {
        return end == bytes.capacity();
    }

    private void makeRoom() {
        int waiting = end - start;
        bytes.limit(end).position(start);
        if (start > 0) {
            bytes.compact();
            bytes.clear();
        } else {
            int capacity = (int) Math.min(2L * bytes.capacity(), (long) OutBuffer.HEADER + longest);
            ByteBuffer larger = ByteBuffer.allocateDirect(capacity);
            larger.put(bytes);
            larger.clear();
            use(larger);
        }
        start = 0;
        end = waiting;
    }

    /**
     * Goes to the next frame that is complete.
     *
     * @return where its body begins in {@link #view}, or -1 for none yet
     * @throws FrameException when it cannot be one
     */
    int next() throws FrameException {
        if (end - start < OutBuffer.HEADER) {
            rewindIfEmpty();
            return -1;
        }
        int announced = bytes.getInt(start);
        if (announced < 1 || announced > longest) {
            throw new FrameException("a frame announces " + announced + " bytes; allowed are 1 to " + longest);
        }
        if (end - start < OutBuffer.HEADER + announced) {
            return -1;
        }
        int body = start + OutBuffer.HEADER;
        bytes.limit(body + announced).position(body);
        crc.reset();
        crc.update(bytes);
        bytes.clear();
        int expected = bytes.getInt(start + Integer.BYTES);
        if ((int) crc.getValue() != expected) {
            throw new FrameException(String.format(
                    "a frame of %d bytes has CRC32C %08x and announces %08x",
                    announced, (int) crc.getValue(), expected));
        }
        length = announced;
        start = body + announced;
        return body;
    }

    private void rewindIfEmpty() {
        if (start == end) {
            start = 0;
            end = 0;
        }
    }

    /** Length of the body that {@link #next} went to. */
    int length() {
        return length;
    }

    DirectBuffer view() {
        return view;
    }
}
