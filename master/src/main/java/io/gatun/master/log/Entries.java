package io.gatun.master.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Entries in memory, positions without holes: everything since the last snapshot. It grows by parts and uses those again
 * that a compaction has freed, so that no append copies what is there and a log that is compacted allocates nothing. One
 * thread.
 */
public final class Entries {
    private static final int PART_ENTRIES = 4096;
    private static final int SPARE_MAX = 64;

    private static final class Part {
        private final long[] epochs = new long[PART_ENTRIES];
        private final byte[] kinds = new byte[PART_ENTRIES];
        private final DirectBuffer[] buffers = new DirectBuffer[PART_ENTRIES];
        private final int[] offsets = new int[PART_ENTRIES];
        private final int[] lengths = new int[PART_ENTRIES];
    }

    private final List<Part> parts = new ArrayList<>();
    private final ArrayDeque<Part> spare = new ArrayDeque<>();
    private final EntryBytes bytes = new EntryBytes();
    private long base;
    private long baseEpoch;
    /** The position of the first entry of the first part. */
    private long origin;

    private long last;

    /** Empty, after an entry that a snapshot stands for. */
    public Entries(long base, long baseEpoch) {
        reset(base, baseEpoch);
    }

    /** Empty, after a snapshot. */
    public Entries(Snapshot snapshot) {
        this(snapshot.position(), snapshot.epoch());
    }

    /** The position before the first entry. */
    public long base() {
        return base;
    }

    /** The last position; {@link #base} when there is none. */
    public long last() {
        return last;
    }

    /** The epoch of the last entry, or of the one that the snapshot stands for. */
    public long lastEpoch() {
        return epoch(last);
    }

    /**
     * The epoch of an entry.
     *
     * @param position {@link #base} to {@link #last}
     */
    public long epoch(long position) {
        return position == base ? baseEpoch : part(position).epochs[index(position)];
    }

    /** Whether the entry at a position is known here, or the snapshot ends there. */
    public boolean has(long position) {
        return position >= base && position <= last;
    }

    /** The kind of an entry. */
    public byte kind(long position) {
        return part(position).kinds[index(position)];
    }

    /** The buffer that an entry's bytes are in, valid until the log is changed. */
    public DirectBuffer bytes(long position) {
        return part(position).buffers[index(position)];
    }

    /** Where an entry's bytes begin in {@link #bytes}. */
    public int offset(long position) {
        return part(position).offsets[index(position)];
    }

    /** Length of an entry's bytes. */
    public int length(long position) {
        return part(position).lengths[index(position)];
    }

    /** A copy of an entry's bytes. */
    public byte[] copy(long position) {
        byte[] copy = new byte[length(position)];
        bytes(position).getBytes(offset(position), copy);
        return copy;
    }

    private Part part(long position) {
        if (position <= base || position > last) {
            throw new IndexOutOfBoundsException("position " + position + " of " + (base + 1) + " to " + last);
        }
        return parts.get((int) ((position - origin) / PART_ENTRIES));
    }

    private int index(long position) {
        return (int) ((position - origin) % PART_ENTRIES);
    }

    /** Appends at {@code last() + 1}. */
    public void append(long epoch, byte kind, DirectBuffer source, int offset, int length) {
        long position = last + 1;
        if (position - origin == (long) parts.size() * PART_ENTRIES) {
            parts.add(spare.isEmpty() ? new Part() : spare.removeLast());
        }
        last = position;
        Part part = part(position);
        int index = index(position);
        part.epochs[index] = epoch;
        part.kinds[index] = kind;
        part.buffers[index] = bytes.put(position, source, offset, length);
        part.offsets[index] = bytes.lastOffset(length);
        part.lengths[index] = length;
    }

    /** Forgets all entries after a position. */
    public void truncateAfter(long position) {
        if (position < base) {
            throw new IllegalArgumentException("position " + position + " is before " + base);
        }
        last = Math.min(last, position);
        while (last - origin + 1 <= (long) (parts.size() - 1) * PART_ENTRIES) {
            free(parts.removeLast());
        }
    }

    /** Forgets all entries up to a position, which a snapshot stands for now. */
    public void discardTo(long position) {
        if (position <= base) {
            return;
        }
        baseEpoch = epoch(position);
        base = position;
        while (!parts.isEmpty() && base - origin >= PART_ENTRIES - 1) {
            free(parts.removeFirst());
            origin += PART_ENTRIES;
        }
        bytes.discardTo(position);
    }

    /** Forgets everything; a snapshot that was received stands for it. */
    public void reset(long position, long epoch) {
        while (!parts.isEmpty()) {
            free(parts.removeLast());
        }
        bytes.discardTo(Long.MAX_VALUE);
        base = position;
        baseEpoch = epoch;
        origin = position + 1;
        last = position;
    }

    private void free(Part part) {
        Arrays.fill(part.buffers, null);
        if (spare.size() < SPARE_MAX) {
            spare.addLast(part);
        }
    }
}
