package io.gatun.master.log.disk;

import io.gatun.master.log.Entries;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The records of a journal, in order, and what a new generation has to repeat of them. One thread. */
final class JournalWriter {
    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private final RecordEncoder encoder = new RecordEncoder();
    private final ByteBuffer beginning = ByteBuffer.allocate(Beginning.SIZE_BYTES);
    private final UnsafeBuffer beginningView = new UnsafeBuffer(beginning);
    private final UnsafeBuffer number = new UnsafeBuffer(new byte[Long.BYTES]);
    private final int replica;
    private final long incarnation;
    private boolean vouched;
    private long promised;
    private long lastPosition;
    private long lastEpoch;
    private long snapshot;
    private long sequence;
    private long forced;
    private RecordSink sink;

    /**
     * A writer for what comes after a journal that was read.
     *
     * @param snapshot number of the snapshot that {@code recovered} begins with
     * @param sequence of the first record
     */
    JournalWriter(Recovered recovered, long snapshot, long sequence) {
        this.replica = recovered.id();
        this.incarnation = recovered.incarnation();
        this.vouched = recovered.vouched();
        this.promised = recovered.promised();
        this.lastPosition = recovered.snapshot().position();
        this.lastEpoch = recovered.snapshot().epoch();
        this.snapshot = snapshot;
        this.sequence = sequence;
        this.forced = sequence;
    }

    /** Begins a generation with copies of all entries; it needs none before it. */
    void copy(long generation, RecordSink into, Entries entries) throws IOException {
        sink = into;
        begin(generation, true);
        for (long position = entries.base() + 1; position <= entries.last(); position++) {
            entry(
                    position,
                    entries.epoch(position),
                    entries.kind(position),
                    entries.bytes(position),
                    entries.offset(position),
                    entries.length(position));
        }
        write(RecordType.COMPLETE, (byte) 0, 0, 0, NOTHING, 0, 0);
    }

    /** Ends the generation and goes on in another. */
    void goOn(long generation, RecordSink into) throws IOException {
        write(RecordType.END, (byte) 0, 0, 0, NOTHING, 0, 0);
        sink = into;
        begin(generation, false);
    }

    private void begin(long generation, boolean copied) throws IOException {
        new Beginning(generation, copied, replica, incarnation, vouched, promised, snapshot).encode(beginning);
        write(RecordType.BEGIN, (byte) 0, lastPosition, lastEpoch, beginningView, 0, Beginning.SIZE_BYTES);
    }

    void promise(long epoch) throws IOException {
        promised = epoch;
        write(RecordType.PROMISE, (byte) 0, 0, epoch, NOTHING, 0, 0);
    }

    void entry(long position, long epoch, byte kind, DirectBuffer bytes, int offset, int length) throws IOException {
        lastPosition = position;
        lastEpoch = epoch;
        write(RecordType.ENTRY, kind, position, epoch, bytes, offset, length);
    }

    void vouch() throws IOException {
        vouched = true;
        write(RecordType.VOUCHED, (byte) 0, 0, 0, NOTHING, 0, 0);
    }

    /** A received snapshot, which is written elsewhere under a number, has taken the place of all entries. */
    void restored(Snapshot received, long snapshotNumber) throws IOException {
        snapshot = snapshotNumber;
        lastPosition = received.position();
        lastEpoch = received.epoch();
        number.putLong(0, snapshotNumber, ByteOrder.LITTLE_ENDIAN);
        write(RecordType.RESTORED, (byte) 0, lastPosition, lastEpoch, number, 0, Long.BYTES);
    }

    private void write(byte type, byte kind, long position, long epoch, DirectBuffer payload, int offset, int length)
            throws IOException {
        encoder.encode(type, kind, sequence, forced, position, epoch, payload, offset, length);
        sink.append(encoder.buffer(), encoder.length());
        sequence++;
    }

    /** Records before this sequence are on disk. */
    void forced(long newForced) {
        forced = newForced;
    }

    /** Of the next record. */
    long sequence() {
        return sequence;
    }

    /** Position of the last entry that was written, or of the snapshot in its place. */
    long lastPosition() {
        return lastPosition;
    }
}
