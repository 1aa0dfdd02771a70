package io.gatun.mesos.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * RecordIO, the framing of Mesos' streams: {@code <decimal byte length>\n<payload>}, repeated, with nothing between a
 * payload and the next length. A length is never 0. Chunk boundaries of the transport carry no meaning.
 */
public final class RecordIo {
    /** Digits of 2^64-1: what Mesos' own decoder reads at most. */
    private static final int MAX_LENGTH_DIGITS = 20;

    /** First allocation for a payload; memory then follows the bytes that really came, not what the length claims. */
    private static final int FIRST_CHUNK_BYTES = 16 * 1024;

    private RecordIo() {}

    /**
     * Frames one payload.
     *
     * @throws IllegalArgumentException if the payload is empty, which RecordIO cannot carry
     */
    public static byte[] encode(byte[] payload) {
        if (payload.length == 0) {
            throw new IllegalArgumentException("a RecordIO payload must have at least 1 byte");
        }
        byte[] header = (payload.length + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] record = Arrays.copyOf(header, header.length + payload.length);
        System.arraycopy(payload, 0, record, header.length, payload.length);
        return record;
    }

    /**
     * Cuts a byte stream into records. Not thread-safe. After a {@link CodecException} the stream has lost its framing and
     * every further call fails the same way. Holds at most one unfinished record of {@code maxRecordBytes}.
     */
    public static final class Decoder {
        private final int maxRecordBytes;

        private long length;
        private int digits;
        private byte[] payload;
        private int filled;
        private String failure;

        /** Accepts payloads of up to {@code maxRecordBytes}, which is at least 1. */
        public Decoder(int maxRecordBytes) {
            if (maxRecordBytes < 1) {
                throw new IllegalArgumentException("maxRecordBytes=" + maxRecordBytes + " must be at least 1");
            }
            this.maxRecordBytes = maxRecordBytes;
        }

        /**
         * Takes the next bytes and hands every record they complete to {@code records}, in order, on this thread. Whatever
         * the consumer throws passes through; the bytes after that record are lost then.
         *
         * @throws CodecException if a length is empty, 0, not decimal or above {@code maxRecordBytes}
         */
        public void feed(byte[] bytes, int offset, int length, Consumer<byte[]> records) throws CodecException {
            if (failure != null) {
                throw new CodecException(failure);
            }
            int at = offset;
            int end = offset + length;
            while (at < end) {
                if (payload == null) {
                    header(bytes[at++]);
                } else {
                    at += body(bytes, at, end);
                    if (filled == this.length) {
                        byte[] record = payload.length == filled ? payload : Arrays.copyOf(payload, filled);
                        payload = null;
                        filled = 0;
                        digits = 0;
                        this.length = 0;
                        records.accept(record);
                    }
                }
            }
        }

        /** Whether a record has begun and is not complete: at the end of a stream this means that it was cut off. */
        public boolean midRecord() {
            return payload != null || digits > 0;
        }

        private void header(byte b) throws CodecException {
            if (b == '\n') {
                if (digits == 0 || length == 0) {
                    throw fail("RecordIO length " + (digits == 0 ? "''" : "0") + " must be at least 1");
                }
                payload = new byte[(int) Math.min(length, FIRST_CHUNK_BYTES)];
                return;
            }
            if (b < '0' || b > '9') {
                throw fail("RecordIO length byte 0x" + Integer.toHexString(b & 0xff) + " must be a decimal digit");
            }
            if (++digits > MAX_LENGTH_DIGITS) {
                throw fail("RecordIO length must have at most " + MAX_LENGTH_DIGITS + " digits");
            }
            length = length * 10 + (b - '0');
            if (length > maxRecordBytes) {
                throw fail("RecordIO length " + length + (digits > 1 ? " (or more)" : "") + " must be at most "
                        + maxRecordBytes);
            }
        }

        private int body(byte[] bytes, int at, int end) {
            int count = (int) Math.min(end - at, length - filled);
            if (payload.length < filled + count) {
                long doubled = Math.max(filled + count, 2L * payload.length);
                payload = Arrays.copyOf(payload, (int) Math.min(doubled, length));
            }
            System.arraycopy(bytes, at, payload, filled, count);
            filled += count;
            return count;
        }

        private CodecException fail(String problem) {
            failure = problem;
            return new CodecException(problem);
        }
    }
}
