package io.gatun.master.log.net;

import io.gatun.master.log.Entries;
import io.gatun.master.log.ReceivedEntries;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Entries in a frame: their number (32 bits), then for each its epoch (64), kind (8), length (32) and bytes. Used again
 * for each frame, so that nothing is allocated.
 */
final class ReceivedRun implements ReceivedEntries {
    /** Before the first. */
    static final int COUNT_BYTES = Integer.BYTES;

    private static final int AT_KIND = Long.BYTES;
    private static final int AT_LENGTH = AT_KIND + 1;
    private static final int AT_BYTES = AT_LENGTH + Integer.BYTES;
    private static final int FIRST_CAPACITY = 1024;

    private DirectBuffer bytes;
    private int count;
    private long[] epochs = new long[FIRST_CAPACITY];
    private byte[] kinds = new byte[FIRST_CAPACITY];
    private int[] offsets = new int[FIRST_CAPACITY];
    private int[] lengths = new int[FIRST_CAPACITY];

    /** How many bytes an entry takes in a frame. */
    static int size(Entries log, long position) {
        return AT_BYTES + log.length(position);
    }

    /** Writes those after {@code previous} up to {@code last}; returns how many bytes that took. */
    static int encode(MutableDirectBuffer to, int at, Entries log, long previous, long last) {
        to.putInt(at, (int) (last - previous));
        int next = at + COUNT_BYTES;
        for (long position = previous + 1; position <= last; position++) {
            int length = log.length(position);
            to.putLong(next, log.epoch(position));
            to.putByte(next + AT_KIND, log.kind(position));
            to.putInt(next + AT_LENGTH, length);
            to.putBytes(next + AT_BYTES, log.bytes(position), log.offset(position), length);
            next += AT_BYTES + length;
        }
        return next - at;
    }

    /** Reads what {@link #encode} wrote: everything from {@code at} up to {@code end}. */
    ReceivedRun wrap(DirectBuffer from, int at, int end) throws FrameException {
        int announced = from.getInt(at);
        if (announced < 0 || (long) announced * AT_BYTES > end - at - COUNT_BYTES) {
            throw new FrameException("a frame of " + (end - at) + " bytes announces " + announced + " entries");
        }
        room(announced);
        bytes = from;
        count = announced;
        int next = at + COUNT_BYTES;
        for (int i = 0; i < announced; i++) {
            if (next + AT_BYTES > end) {
                throw new FrameException("entry " + i + " of " + announced + " is beyond the end of its frame");
            }
            int length = from.getInt(next + AT_LENGTH);
            if (length < 0 || length > end - next - AT_BYTES) {
                throw new FrameException("entry " + i + " of " + announced + " announces " + length + " bytes");
            }
            epochs[i] = from.getLong(next);
            kinds[i] = from.getByte(next + AT_KIND);
            offsets[i] = next + AT_BYTES;
            lengths[i] = length;
            next += AT_BYTES + length;
        }
        if (next != end) {
            throw new FrameException("a frame has " + (end - next) + " bytes after its last entry");
        }
        return this;
    }

    private void room(int wanted) {
        if (wanted > epochs.length) {
            int capacity = Math.max(wanted, 2 * epochs.length);
            epochs = Arrays.copyOf(epochs, capacity);
            kinds = Arrays.copyOf(kinds, capacity);
            offsets = Arrays.copyOf(offsets, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
        }
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long epoch(int index) {
        return epochs[index];
    }

    @Override
    public byte kind(int index) {
        return kinds[index];
    }

    @Override
    public DirectBuffer bytes() {
        return bytes;
    }

    @Override
    public int offset(int index) {
        return offsets[index];
    }

    @Override
    public int length(int index) {
        return lengths[index];
    }
}
