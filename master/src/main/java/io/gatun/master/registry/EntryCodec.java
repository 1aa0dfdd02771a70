package io.gatun.master.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * One entry of the log on disk, little-endian:
 *
 * <pre>
 *   0        8        12            12+n      16+n   17+n
 *   +--------+--------+-------------+---------+------+
 *   |position| length |   record    | CRC-32C | 0x5A |
 *   +--------+--------+-------------+---------+------+
 * </pre>
 *
 * The checksum covers all before it. The last byte is never 0, so that an entry whose end was not written shows it.
 */
final class EntryCodec {
    private static final int HEADER_BYTES = 12;
    private static final int TRAILER_BYTES = 5;
    private static final byte END = 0x5A;
    /** What a disk writes at once. */
    private static final int SECTOR_BYTES = 512;

    /** A decoded entry. */
    record Entry(long position, RegistryRecord record) {}

    private EntryCodec() {}

    /** Throws {@link CorruptEntryException} unless the entry is whole and at {@code expectedPosition}. */
    static Entry decode(byte[] bytes, long expectedPosition) throws CorruptEntryException {
        if (bytes.length < HEADER_BYTES + TRAILER_BYTES) {
            throw new CorruptEntryException("is only " + bytes.length + " bytes long", torn(bytes));
        }
        ByteBuffer entry = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int crcAt = bytes.length - TRAILER_BYTES;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, crcAt);
        if (entry.getInt(crcAt) != (int) crc.getValue() || bytes[bytes.length - 1] != END) {
            throw new CorruptEntryException("does not match its checksum", torn(bytes));
        }
        long position = entry.getLong();
        int length = entry.getInt();
        if (position != expectedPosition || length != crcAt - HEADER_BYTES) {
            throw new CorruptEntryException(
                    "says that it is at position " + position + " with " + length + " bytes, expected position "
                            + expectedPosition + " with " + (crcAt - HEADER_BYTES) + " bytes",
                    false);
        }
        try {
            return new Entry(position, RegistryRecord.parser().parseFrom(bytes, HEADER_BYTES, length));
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptEntryException("is no registry record: " + e.getMessage(), false);
        }
    }

    /** Whether a part that a disk writes at once was never written. A changed bit does not look like that. */
    private static boolean torn(byte[] bytes) {
        if (bytes.length == 0 || bytes[bytes.length - 1] == 0) {
            return true;
        }
        int zeros = 0;
        for (byte b : bytes) {
            zeros = b == 0 ? zeros + 1 : 0;
            if (zeros >= SECTOR_BYTES) {
                return true;
            }
        }
        return false;
    }
}
