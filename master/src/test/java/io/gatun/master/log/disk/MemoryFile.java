package io.gatun.master.log.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.agrona.collections.IntArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/** A file in memory, of fixed length, with documents as Chronicle Queue lays them out. */
final class MemoryFile implements RecordSink {
    static final int SECTOR_BYTES = 512;

    private byte[] bytes;
    private final IntArrayList starts = new IntArrayList();
    private int used;
    private int forced;

    MemoryFile(int length) {
        bytes = new byte[length];
    }

    MemoryFile(byte[] content) {
        bytes = content.clone();
        used = content.length;
        forced = content.length;
    }

    MemoryFile copy() {
        return new MemoryFile(bytes);
    }

    boolean hasRoomFor(int length) {
        return used + DocumentReader.LENGTH_BYTES + length + Integer.BYTES <= bytes.length;
    }

    @Override
    public void append(ByteBuffer record, int length) {
        UnsafeBuffer view = new UnsafeBuffer(bytes);
        starts.addInt(used);
        view.putInt(used, length, ByteOrder.LITTLE_ENDIAN);
        view.putBytes(used + DocumentReader.LENGTH_BYTES, record, 0, length);
        used = (used + DocumentReader.LENGTH_BYTES + length + 3) / 4 * 4;
    }

    int used() {
        return used;
    }

    void forced(int end) {
        forced = Math.max(forced, end);
    }

    /** The power fails: each sector that was written since the last force is on disk or is not. */
    void losePower(BooleanSupplier keeps) {
        for (int at = forced; at < used; at = (at / SECTOR_BYTES + 1) * SECTOR_BYTES) {
            if (!keeps.getAsBoolean()) {
                Arrays.fill(bytes, at, Math.min(bytes.length, (at / SECTOR_BYTES + 1) * SECTOR_BYTES), (byte) 0);
            }
        }
    }

    /** How many records were appended. */
    int records() {
        return starts.size();
    }

    int startOfRecord(int index) {
        return starts.getInt(index);
    }

    /** What is behind a place is as if it had never been written. */
    void loseFrom(int at) {
        Arrays.fill(bytes, at, bytes.length, (byte) 0);
    }

    int length() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes;
    }

    void flip(int at, int bit) {
        bytes[at] ^= (byte) (1 << bit);
    }

    void cut(int length) {
        bytes = Arrays.copyOf(bytes, length);
    }

    ReadableFile read(String name) {
        return new ReadableFile() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void read(long position, ByteBuffer into) {
                into.put(bytes, (int) position, Math.min(into.remaining(), bytes.length - (int) position));
            }

            @Override
            public void close() {}
        };
    }
}
