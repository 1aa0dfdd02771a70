package io.gatun.master.log;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Entries in a simulated message. */
final class CopiedEntries implements ReceivedEntries {
    private final List<Long> epochs = new ArrayList<>();
    private final List<Byte> kinds = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private final UnsafeBuffer bytes;

    CopiedEntries(Entries log, long previous, long last) {
        int total = 0;
        for (long position = previous + 1; position <= last; position++) {
            total += log.length(position);
        }
        bytes = new UnsafeBuffer(new byte[total]);
        int offset = 0;
        for (long position = previous + 1; position <= last; position++) {
            epochs.add(log.epoch(position));
            kinds.add(log.kind(position));
            offsets.add(offset);
            lengths.add(log.length(position));
            bytes.putBytes(offset, log.bytes(position), log.offset(position), log.length(position));
            offset += log.length(position);
        }
    }

    @Override
    public int count() {
        return epochs.size();
    }

    @Override
    public long epoch(int index) {
        return epochs.get(index);
    }

    @Override
    public byte kind(int index) {
        return kinds.get(index);
    }

    @Override
    public DirectBuffer bytes() {
        return bytes;
    }

    @Override
    public int offset(int index) {
        return offsets.get(index);
    }

    @Override
    public int length(int index) {
        return lengths.get(index);
    }
}
