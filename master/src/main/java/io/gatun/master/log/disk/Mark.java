package io.gatun.master.log.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How far a journal was acknowledged: everything up to record {@code sequence}, which is in {@code generation} or one
 * before it, is on disk.
 */
record Mark(long generation, long sequence) {
    /** Nothing was acknowledged yet. */
    static final Mark NONE = new Mark(-1, -1);

    static final int SIZE_BYTES = 20;
    private static final int CHECKSUM_OFFSET = 16;

    /** As bytes, little endian: generation, sequence, CRC32C; {@code into} is ready to be read then. */
    static void encode(ByteBuffer into, CRC32C crc, long generation, long sequence) {
        into.clear().order(ByteOrder.LITTLE_ENDIAN);
        into.putLong(generation).putLong(sequence);
        int checksum = checksum(into, crc);
        into.limit(SIZE_BYTES).putInt(CHECKSUM_OFFSET, checksum).position(0);
    }

    /** The inverse of {@link #encode}; {@code bytes} are ready to be read. */
    static Mark decode(ByteBuffer bytes, String file) throws DamageException {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() != SIZE_BYTES) {
            throw new DamageException(
                    file + ": is " + bytes.remaining() + " bytes long, but is always written with " + SIZE_BYTES);
        }
        int written = bytes.getInt(CHECKSUM_OFFSET);
        if (written != checksum(bytes, new CRC32C())) {
            throw new DamageException(file + ": does not match its checksum");
        }
        return new Mark(bytes.getLong(0), bytes.getLong(Long.BYTES));
    }

    private static int checksum(ByteBuffer bytes, CRC32C crc) {
        bytes.position(0).limit(CHECKSUM_OFFSET);
        crc.reset();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
