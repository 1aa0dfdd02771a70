package io.gatun.master.log.disk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A record, the content of one document of Chronicle Queue, little endian:
 *
 * <pre>
 *   0        4      5      6        8          16       24         32      40       44        44+n
 *   +--------+------+------+--------+----------+--------+----------+-------+--------+---------+------+
 *   | CRC32C | type | kind | format | sequence | forced | position | epoch | length | payload | 0x5A |
 *   +--------+------+------+--------+----------+--------+----------+-------+--------+---------+------+
 * </pre>
 *
 * The checksum covers all after it. {@code sequence} counts the records of a journal for all its life (of a snapshot: of
 * that snapshot), so that none can be missing or in another's place unseen. {@code forced} is the first sequence that was
 * not known to be on disk when the record was written: a record before it that is found broken later has been damaged,
 * and not merely been on its way when the machine died. {@code length} is that of the payload, so that a document whose
 * own length was damaged is known to be one. The last byte is never 0, so that a record whose end is missing shows it.
 */
final class RecordLayout {
    static final int CHECKSUM_OFFSET = 0;
    static final int TYPE_OFFSET = 4;
    static final int KIND_OFFSET = 5;
    static final int FORMAT_OFFSET = 6;
    static final int SEQUENCE_OFFSET = 8;
    static final int FORCED_OFFSET = 16;
    static final int POSITION_OFFSET = 24;
    static final int EPOCH_OFFSET = 32;
    static final int LENGTH_OFFSET = 40;
    static final int HEADER_BYTES = 44;
    static final int TRAILER_BYTES = 1;
    /** All but the payload. */
    static final int OVERHEAD_BYTES = HEADER_BYTES + TRAILER_BYTES;

    static final byte TRAILER = 0x5A;

    /** Written into every record; a reader refuses what is newer. */
    static final short FORMAT = 1;

    /** Longest payload. Chronicle Queue maps files in steps, and a document may cross only one border. */
    static final int PAYLOAD_MAX_BYTES = 8 << 20;

    private RecordLayout() {}

    /** The checksum that a record of {@code length} bytes at {@code offset} should have. */
    static int checksum(CRC32C crc, ByteBuffer buffer, int offset, int length) {
        int limit = buffer.limit();
        int position = buffer.position();
        buffer.limit(offset + length).position(offset + TYPE_OFFSET);
        crc.reset();
        crc.update(buffer);
        buffer.limit(limit).position(position);
        return (int) crc.getValue();
    }
}
