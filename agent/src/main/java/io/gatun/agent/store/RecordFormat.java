package io.gatun.agent.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Records in a file, one behind the other:
 *
 * <pre>
 *  0               4               8
 * +---------------+---------------+------------------+
 * | length, u32be | CRC-32C, u32be| payload          |   the CRC covers length and payload
 * +---------------+---------------+------------------+
 * </pre>
 *
 * A crash while the last record was appended leaves less than a whole record, or zeros where the file system had grown
 * the file before the data arrived. Such a tail was never acknowledged to anybody and is dropped; anything else that
 * does not fit is damage and an error.
 */
final class RecordFormat {
    static final int HEADER_BYTES = 8;
    /** Far above any task description (the master takes calls of some MiB at most). */
    static final int MAX_PAYLOAD_BYTES = 16 << 20;

    private RecordFormat() {}

    /** The record, ready to be written. */
    static ByteBuffer encode(byte[] payload) {
        if (payload.length == 0 || payload.length > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "record of " + payload.length + " bytes: must be 1 to " + MAX_PAYLOAD_BYTES);
        }
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .putInt(payload.length)
                .putInt(checksum(payload))
                .put(payload)
                .flip();
    }

    /**
     * Takes a file apart.
     *
     * @param file for messages
     * @throws CorruptFileException for damage other than a torn tail
     */
    static Contents decode(Path file, byte[] bytes) {
        List<byte[]> payloads = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            int start = in.position();
            if (in.remaining() < HEADER_BYTES || zerosFrom(bytes, start)) {
                return new Contents(payloads, start);
            }
            int length = in.getInt();
            int checksum = in.getInt();
            if (length <= 0 || length > MAX_PAYLOAD_BYTES) {
                throw new CorruptFileException(file, start, "record length " + Integer.toUnsignedString(length));
            }
            if (length > in.remaining()) {
                return new Contents(payloads, start);
            }
            byte[] payload = new byte[length];
            in.get(payload);
            if (checksum(payload) != checksum) {
                if (!in.hasRemaining()) {
                    return new Contents(payloads, start);
                }
                throw new CorruptFileException(file, start, "checksum mismatch");
            }
            payloads.add(payload);
        }
        return new Contents(payloads, bytes.length);
    }

    private static boolean zerosFrom(byte[] bytes, int start) {
        for (int i = start; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static int checksum(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, payload.length));
        crc.update(payload);
        return (int) crc.getValue();
    }

    /**
     * What a file holds.
     *
     * @param payloads of the whole records, in order
     * @param lengthBytes where the torn tail begins, the file's length when there is none
     */
    record Contents(List<byte[]> payloads, int lengthBytes) {}
}
