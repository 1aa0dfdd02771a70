package io.gatun.master.log.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Makes records, one at a time and in the same memory; allocates only for one longer than all before. One thread. */
final class RecordEncoder {
    private static final int FIRST_BYTES = 8 << 10;

    private final CRC32C crc = new CRC32C();
    private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
    private ByteBuffer record;
    private int length;

    RecordEncoder() {
        room(FIRST_BYTES);
    }

    private void room(int bytes) {
        record = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        view.wrap(record);
    }

    /** Makes a record; it is in {@link #buffer} until the next one is made. */
    void encode(
            byte type,
            byte kind,
            long sequence,
            long forced,
            long position,
            long epoch,
            DirectBuffer payload,
            int offset,
            int payloadLength) {
        if (payloadLength > RecordLayout.PAYLOAD_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "an entry of " + payloadLength + " bytes: must be at most " + RecordLayout.PAYLOAD_MAX_BYTES);
        }
        length = RecordLayout.OVERHEAD_BYTES + payloadLength;
        if (length > record.capacity()) {
            room(Math.max(length, record.capacity() * 2));
        }
        record.put(RecordLayout.TYPE_OFFSET, type);
        record.put(RecordLayout.KIND_OFFSET, kind);
        record.putShort(RecordLayout.FORMAT_OFFSET, RecordLayout.FORMAT);
        record.putLong(RecordLayout.SEQUENCE_OFFSET, sequence);
        record.putLong(RecordLayout.FORCED_OFFSET, forced);
        record.putLong(RecordLayout.POSITION_OFFSET, position);
        record.putLong(RecordLayout.EPOCH_OFFSET, epoch);
        record.putInt(RecordLayout.LENGTH_OFFSET, payloadLength);
        view.putBytes(RecordLayout.HEADER_BYTES, payload, offset, payloadLength);
        record.put(length - RecordLayout.TRAILER_BYTES, RecordLayout.TRAILER);
        record.putInt(RecordLayout.CHECKSUM_OFFSET, RecordLayout.checksum(crc, record, 0, length));
    }

    /** A direct buffer; the record that was made last begins at 0. The same until a longer one is made. */
    ByteBuffer buffer() {
        return record;
    }

    /** Length of that record. */
    int length() {
        return length;
    }
}
