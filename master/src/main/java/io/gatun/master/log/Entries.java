package io.gatun.master.log;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Entries in memory, positions without holes: everything since the last snapshot. Appending allocates only when it has to
 * grow. One thread.
 */
public final class Entries {
    private static final int FIRST_CAPACITY = 1024;
    private static final int FIRST_BYTES = 1 << 16;

    private long base;
    private long baseEpoch;
    private int count;
    private long[] epochs = new long[FIRST_CAPACITY];
    private byte[] kinds = new byte[FIRST_CAPACITY];
    private int[] ends = new int[FIRST_CAPACITY];
    private MutableDirectBuffer bytes = new UnsafeBuffer(new byte[FIRST_BYTES]);

    /** Empty, after an entry that a snapshot stands for. */
    public Entries(long base, long baseEpoch) {
        this.base = base;
        this.baseEpoch = baseEpoch;
    }

    /** The position before the first entry. */
    public long base() {
        return base;
    }

    /** The last position; {@link #base} when there is none. */
    public long last() {
        return base + count;
    }

    /** The epoch of the last entry, or of the one that the snapshot stands for. */
    public long lastEpoch() {
        return epoch(last());
    }

    /**
     * The epoch of an entry.
     *
     * @param position {@link #base} to {@link #last}
     */
    public long epoch(long position) {
        return position == base ? baseEpoch : epochs[index(position)];
    }

    /** Whether the entry at a position is known here, or the snapshot ends there. */
    public boolean has(long position) {
        return position >= base && position <= last();
    }

    /** The kind of an entry. */
    public byte kind(long position) {
        return kinds[index(position)];
    }

    /** Where an entry's bytes begin in {@link #bytes}. */
    public int offset(long position) {
        int index = index(position);
        return index == 0 ? 0 : ends[index - 1];
    }

    /** Length of an entry's bytes. */
    public int length(long position) {
        return ends[index(position)] - offset(position);
    }

    /** The bytes of all entries. */
    public DirectBuffer bytes() {
        return bytes;
    }

    /** A copy of an entry's bytes. */
    public byte[] copy(long position) {
        byte[] copy = new byte[length(position)];
        bytes.getBytes(offset(position), copy);
        return copy;
    }

    private int index(long position) {
        if (position <= base || position > last()) {
            throw new IndexOutOfBoundsException("position " + position + " of " + (base + 1) + " to " + last());
        }
        return (int) (position - base - 1);
    }

    /** Appends at {@code last() + 1}. */
    public void append(long epoch, byte kind, DirectBuffer source, int offset, int length) {
        int start = count == 0 ? 0 : ends[count - 1];
        if (count == epochs.length) {
            grow();
        }
        if (start + length > bytes.capacity()) {
            byte[] larger = new byte[Math.max(bytes.capacity() * 2, start + length)];
            bytes.getBytes(0, larger, 0, start);
            bytes = new UnsafeBuffer(larger);
        }
        bytes.putBytes(start, source, offset, length);
        epochs[count] = epoch;
        kinds[count] = kind;
        ends[count] = start + length;
        count++;
    }

    private void grow() {
        int capacity = epochs.length * 2;
        epochs = Arrays.copyOf(epochs, capacity);
        kinds = Arrays.copyOf(kinds, capacity);
        ends = Arrays.copyOf(ends, capacity);
    }

    /** Forgets all entries after a position. */
    public void truncateAfter(long position) {
        if (position < base) {
            throw new IllegalArgumentException("position " + position + " is before " + base);
        }
        count = (int) Math.min(count, position - base);
    }

    /** Forgets all entries up to a position, which a snapshot stands for now. */
    public void discardTo(long position) {
        if (position <= base) {
            return;
        }
        long epoch = epoch(position);
        int dropped = (int) (position - base);
        int start = ends[dropped - 1];
        int left = count - dropped;
        int end = ends[count - 1];
        bytes.putBytes(0, bytes, start, end - start);
        System.arraycopy(epochs, dropped, epochs, 0, left);
        System.arraycopy(kinds, dropped, kinds, 0, left);
        for (int i = 0; i < left; i++) {
            ends[i] = ends[dropped + i] - start;
        }
        base = position;
        baseEpoch = epoch;
        count = left;
    }

    /** Forgets everything; a snapshot that was received stands for it. */
    public void reset(long position, long epoch) {
        base = position;
        baseEpoch = epoch;
        count = 0;
    }
}
