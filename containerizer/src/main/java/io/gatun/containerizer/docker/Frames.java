package io.gatun.containerizer.docker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/**
 * Two streams in one, as attach, exec and logs give them without a terminal:
 *
 * <pre>
 *  0      1             4                     8
 * +------+-------------+---------------------+---------------
 * | type |    zero     | length, big-endian  | payload
 * +------+-------------+---------------------+---------------
 *   1 standard output, 2 standard error
 * </pre>
 */
final class Frames implements BodyListener {
    static final int HEADER_BYTES = 8;
    static final int STDERR = 2;
    private static final int LENGTH_OFFSET = 4;
    private static final int LENGTH_BYTES = 4;
    /** The engine cuts lines at 16 KiB and copies at 32 KiB; more than this is no frame of its. */
    private static final int FRAME_MAX_BYTES = 16 << 20;

    private final EmbeddedChannel decoder = new EmbeddedChannel(decoder());
    private final Receiver receiver;

    /** Takes payloads. */
    interface Receiver {
        /** The buffer belongs to the caller. */
        void frame(boolean stderr, ByteBuf payload);
    }

    Frames(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Cuts bytes into frames, headers included. */
    static LengthFieldBasedFrameDecoder decoder() {
        return new LengthFieldBasedFrameDecoder(FRAME_MAX_BYTES, LENGTH_OFFSET, LENGTH_BYTES);
    }

    /** Hands a frame with its header to a receiver. */
    static void split(ByteBuf frame, Receiver receiver) {
        boolean stderr = frame.getByte(frame.readerIndex()) == STDERR;
        receiver.frame(stderr, frame.slice(frame.readerIndex() + HEADER_BYTES, frame.readableBytes() - HEADER_BYTES));
    }

    @Override
    public void data(ByteBuf bytes) {
        decoder.writeInbound(bytes.retainedSlice());
        for (ByteBuf frame = decoder.readInbound(); frame != null; frame = decoder.readInbound()) {
            try {
                split(frame, receiver);
            } finally {
                frame.release();
            }
        }
    }

    /** Lets go of what is left of a frame that was cut off. */
    void close() {
        decoder.finishAndReleaseAll();
    }
}
