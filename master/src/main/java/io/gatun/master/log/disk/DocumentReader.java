package io.gatun.master.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads the records of a Chronicle Queue file from its beginning. A document is 4 bytes of length and flags, then its
 * content, then up to 3 bytes so that the next one is aligned; documents of Chronicle's own (its header and index) are
 * passed over. Chronicle's tailers are not used: they wait for a length that was never finished, map what may be cut off,
 * and follow lengths into the void. One thread.
 */
final class DocumentReader {
    /** What {@link #next} found. */
    enum Found {
        /** A record with a right checksum. */
        RECORD,
        /** Nothing: a length that was never written, or the end of the file. */
        NOTHING,
        /** Something that is not a record; {@link DocumentReader#reason} says why. */
        BROKEN
    }

    static final int LENGTH_BYTES = 4;
    private static final int ALIGNMENT = 4;
    private static final int NOT_COMPLETE = 1 << 31;
    private static final int META_DATA = 1 << 30;
    private static final int LENGTH_MASK = META_DATA - 1;
    /** What a disk writes as a whole or not at all. */
    private static final int SECTOR_BYTES = 512;

    private static final int LONGEST = RecordLayout.OVERHEAD_BYTES + RecordLayout.PAYLOAD_MAX_BYTES;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte[] ZEROS = new byte[LENGTH_BYTES + LONGEST];

    private final CRC32C crc = new CRC32C();
    private final ReadableFile file;
    private final long size;
    private ByteBuffer buffer;
    private long bufferStart;
    /** Of the document that was found last. */
    private long start;

    private long next;
    private int record;
    private int length;
    private String reason = "";
    private boolean torn;

    DocumentReader(ReadableFile file) throws IOException {
        this.file = file;
        this.size = file.size();
        this.buffer = ByteBuffer.allocate((int) Math.min(size, BUFFER_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(0);
    }

    /** Goes to the next record. After {@link Found#BROKEN} or {@link Found#NOTHING} it stays where it is. */
    Found next() throws IOException {
        while (true) {
            start = next;
            if (start + LENGTH_BYTES > size) {
                return Found.NOTHING;
            }
            load(start, LENGTH_BYTES);
            int header = buffer.getInt(index(start));
            length = header & LENGTH_MASK;
            if (header == 0 || (header & META_DATA) != 0) {
                if (isIntact() && !beginsSector(start + LENGTH_BYTES)) {
                    return broken("has lost its length or got a wrong flag, but is there", false);
                }
                if (header == 0) {
                    return Found.NOTHING;
                }
                long end = start + LENGTH_BYTES + length;
                if (end > size) {
                    return broken("is said to be " + length + " bytes long", false);
                }
                next = align(end);
                continue;
            }
            return check(header);
        }
    }

    private Found check(int header) throws IOException {
        boolean complete = (header & NOT_COMPLETE) == 0;
        if (!complete && isIntact()) {
            // All of it was written, only Chronicle's last step is missing: it counts, as it may.
            length = RecordLayout.OVERHEAD_BYTES + buffer.getInt(record + RecordLayout.LENGTH_OFFSET);
            complete = true;
        }
        long end = start + LENGTH_BYTES + length;
        if (!complete) {
            return broken("was not completed", true);
        }
        if (length < RecordLayout.OVERHEAD_BYTES || length > LONGEST || end > size) {
            return broken("is said to be " + length + " bytes long", false);
        }
        if (!isIntact()) {
            return broken("does not match its checksum", hasMissingSector(end));
        }
        int own = RecordLayout.OVERHEAD_BYTES + buffer.getInt(record + RecordLayout.LENGTH_OFFSET);
        if (own != length) {
            return broken("is said to be " + length + " bytes long, but is " + own, false);
        }
        short format = buffer.getShort(record + RecordLayout.FORMAT_OFFSET);
        if (format > RecordLayout.FORMAT || !RecordType.isKnown(type())) {
            return broken(
                    "has format " + format + " and type " + RecordType.name(type()) + "; this release knows format "
                            + RecordLayout.FORMAT,
                    false);
        }
        next = align(end);
        return Found.RECORD;
    }

    /** Whether what follows the length is a record with a right checksum, by the length that it has itself. */
    private boolean isIntact() throws IOException {
        if (start + LENGTH_BYTES + RecordLayout.OVERHEAD_BYTES > size) {
            return false;
        }
        load(start, LENGTH_BYTES + RecordLayout.OVERHEAD_BYTES);
        record = index(start) + LENGTH_BYTES;
        int payload = buffer.getInt(record + RecordLayout.LENGTH_OFFSET);
        int own = RecordLayout.OVERHEAD_BYTES + payload;
        if (payload < 0 || payload > RecordLayout.PAYLOAD_MAX_BYTES || start + LENGTH_BYTES + own > size) {
            return false;
        }
        load(start, LENGTH_BYTES + own);
        record = index(start) + LENGTH_BYTES;
        return buffer.getInt(record) == RecordLayout.checksum(crc, buffer, record, own);
    }

    private static boolean beginsSector(long position) {
        return position % SECTOR_BYTES == 0;
    }

    private Found broken(String why, boolean mayBeTorn) {
        reason = why;
        torn = mayBeTorn;
        return Found.BROKEN;
    }

    /** Whether a part of it that a disk writes at once was never written. A changed bit does not look like that. */
    private boolean hasMissingSector(long end) throws IOException {
        load(start, (int) (end - start));
        record = index(start) + LENGTH_BYTES;
        long at = start;
        while (at < end) {
            long sectorEnd = Math.min(end, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
            boolean zero = true;
            for (long i = at; i < sectorEnd && zero; i++) {
                zero = buffer.get(index(i)) == 0;
            }
            if (zero) {
                return true;
            }
            at = sectorEnd;
        }
        return false;
    }

    /** Looks for a record anywhere behind where it stands, as documents may not be in order there. */
    boolean seek() throws IOException {
        long at = align(start + 1);
        while (at + LENGTH_BYTES + RecordLayout.OVERHEAD_BYTES <= size) {
            load(at, LENGTH_BYTES + RecordLayout.OVERHEAD_BYTES);
            int from = index(at);
            int nonZero = Arrays.mismatch(buffer.array(), from, buffer.limit(), ZEROS, from, buffer.limit());
            if (nonZero < 0) {
                // Most of a file is zeros that were written ahead.
                at = align(bufferStart + buffer.limit());
                continue;
            }
            at = Math.max(at, (at + nonZero) / ALIGNMENT * ALIGNMENT);
            if (at + LENGTH_BYTES + RecordLayout.OVERHEAD_BYTES > size) {
                return false;
            }
            load(at, LENGTH_BYTES);
            int header = buffer.getInt(index(at));
            if (header >= RecordLayout.OVERHEAD_BYTES && header <= LONGEST) {
                next = at;
                if (next() == Found.RECORD) {
                    return true;
                }
            }
            at += ALIGNMENT;
        }
        return false;
    }

    private void load(long position, int count) throws IOException {
        if (position >= bufferStart && position + count <= bufferStart + buffer.limit()) {
            return;
        }
        if (count > buffer.capacity()) {
            buffer = ByteBuffer.allocate(LENGTH_BYTES + LONGEST).order(ByteOrder.LITTLE_ENDIAN);
        }
        buffer.clear().limit((int) Math.min(buffer.capacity(), size - position));
        bufferStart = position;
        file.read(position, buffer);
        if (buffer.hasRemaining()) {
            throw new IOException("read " + file.name() + ": ends at byte " + (position + buffer.position())
                    + ", although it is " + size + " bytes long");
        }
        buffer.flip();
    }

    private int index(long position) {
        return (int) (position - bufferStart);
    }

    private static long align(long position) {
        return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    // ---- what was found

    /** Why it is {@link Found#BROKEN}. */
    String reason() {
        return reason;
    }

    /** Whether what is broken may have been on its way to the disk when the machine died. */
    boolean isTorn() {
        return torn;
    }

    /** Where in the file. */
    long start() {
        return start;
    }

    byte type() {
        return buffer.get(record + RecordLayout.TYPE_OFFSET);
    }

    byte kind() {
        return buffer.get(record + RecordLayout.KIND_OFFSET);
    }

    long sequence() {
        return buffer.getLong(record + RecordLayout.SEQUENCE_OFFSET);
    }

    long forced() {
        return buffer.getLong(record + RecordLayout.FORCED_OFFSET);
    }

    long position() {
        return buffer.getLong(record + RecordLayout.POSITION_OFFSET);
    }

    long epoch() {
        return buffer.getLong(record + RecordLayout.EPOCH_OFFSET);
    }

    /** A view of the payload, valid until the next call. */
    ByteBuffer payload() {
        return buffer.slice(record + RecordLayout.HEADER_BYTES, payloadLength()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The array with the payload, from {@link #payloadOffset}. */
    byte[] array() {
        return buffer.array();
    }

    int payloadOffset() {
        return record + RecordLayout.HEADER_BYTES;
    }

    int payloadLength() {
        return length - RecordLayout.OVERHEAD_BYTES;
    }
}
