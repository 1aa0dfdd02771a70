package io.gatun.master.log.net;

import io.gatun.master.log.Entries;
import io.gatun.master.log.Outbox;
import io.gatun.master.log.Snapshot;
import org.agrona.MutableDirectBuffer;

/**
 * What a replica says, as frames. A body: type 8, then fields of 64 bits in the order of {@link Outbox}'s parameters, then
 * entries. What cannot be sent, because there is no connection or too much waits, is left out: the replica repeats itself.
 */
public final class Messages implements Outbox {
    /** A frame is ended when it has so many bytes of entries, so that the receiver can begin to write. */
    private static final int FULL_BYTES = 128 << 10;

    private final Transport transport;
    private final SnapshotSender snapshots;
    private Link link;
    private MutableDirectBuffer view;
    private int at;
    private int next;

    /** Speaks through a transport, on its thread. */
    public Messages(Transport transport) {
        this.transport = transport;
        this.snapshots = new SnapshotSender(transport);
    }

    private boolean begin(int to, byte type, int bytes) {
        link = transport.to(to);
        if (link == null) {
            return false;
        }
        return begin(type, bytes);
    }

    private boolean begin(byte type, int bytes) {
        at = link.out().claim(1 + bytes);
        if (at < 0) {
            return false;
        }
        view = link.out().view();
        view.putByte(at, type);
        next = at + 1;
        return true;
    }

    private Messages put(long value) {
        view.putLong(next, value);
        next += Long.BYTES;
        return this;
    }

    private void end() {
        link.out().commit(next - at);
    }

    @Override
    public void prepare(int to, long epoch, long admitted) {
        if (begin(to, FrameType.PREPARE, 2 * Long.BYTES)) {
            put(epoch).put(admitted).end();
        }
    }

    @Override
    public void promise(int to, long epoch, long lastEpoch, long lastPosition, long first, long incarnation) {
        if (begin(to, FrameType.PROMISE, 5 * Long.BYTES)) {
            put(epoch)
                    .put(lastEpoch)
                    .put(lastPosition)
                    .put(first)
                    .put(incarnation)
                    .end();
        }
    }

    @Override
    public void refuse(int to, long epoch, long promised) {
        if (begin(to, FrameType.REFUSE, 2 * Long.BYTES)) {
            put(epoch).put(promised).end();
        }
    }

    @Override
    public void fetch(int to, long epoch, long previousPosition, long previousEpoch) {
        if (begin(to, FrameType.FETCH, 3 * Long.BYTES)) {
            put(epoch).put(previousPosition).put(previousEpoch).end();
        }
    }

    @Override
    public void fetched(
            int to, long epoch, long previousPosition, long previousEpoch, boolean matches, Entries log, long last) {
        // One frame at a time: the candidate asks for the next.
        long end = matches ? fitting(log, previousPosition, last) : previousPosition;
        if (begin(to, FrameType.FETCHED, 4 * Long.BYTES + size(log, previousPosition, end))) {
            put(epoch).put(previousPosition).put(previousEpoch).put(matches ? 1 : 0);
            next += ReceivedRun.encode(view, next, log, previousPosition, end);
            end();
        }
    }

    @Override
    public long append(
            int to,
            long epoch,
            long previousPosition,
            long previousEpoch,
            long committed,
            long round,
            Entries log,
            long last) {
        link = transport.to(to);
        if (link == null) {
            return previousPosition;
        }
        long previous = previousPosition;
        long previousOf = previousEpoch;
        do {
            long end = fitting(log, previous, last);
            if (!begin(FrameType.APPEND, 5 * Long.BYTES + size(log, previous, end))) {
                return previous;
            }
            put(epoch).put(previous).put(previousOf).put(committed).put(round);
            next += ReceivedRun.encode(view, next, log, previous, end);
            end();
            previous = end;
            previousOf = log.epoch(end);
        } while (previous < last);
        return previous;
    }

    /** The last position of a frame that begins after {@code previous}; at least one entry. */
    private static long fitting(Entries log, long previous, long last) {
        long end = previous;
        int bytes = 0;
        while (end < last && bytes < FULL_BYTES) {
            end++;
            bytes += ReceivedRun.size(log, end);
        }
        return end;
    }

    private static int size(Entries log, long previous, long end) {
        int bytes = ReceivedRun.COUNT_BYTES;
        for (long position = previous + 1; position <= end; position++) {
            bytes += ReceivedRun.size(log, position);
        }
        return bytes;
    }

    @Override
    public void appended(int to, long epoch, long position, long round, long incarnation, boolean vouched) {
        if (begin(to, FrameType.APPENDED, 5 * Long.BYTES)) {
            put(epoch)
                    .put(position)
                    .put(round)
                    .put(incarnation)
                    .put(vouched ? 1 : 0)
                    .end();
        }
    }

    @Override
    public void behind(int to, long epoch, long position, long round, long incarnation) {
        if (begin(to, FrameType.BEHIND, 4 * Long.BYTES)) {
            put(epoch).put(position).put(round).put(incarnation).end();
        }
    }

    @Override
    public void snapshot(int to, long epoch, Snapshot snapshot, long round) {
        snapshots.send(to, epoch, snapshot, round, System.nanoTime());
    }

    /** Goes on with snapshots that are being sent; to be called whenever there may be room. */
    public void pump() {
        snapshots.pump(System.nanoTime());
    }

    /** Whether a snapshot waits for room. */
    public boolean isSendingSnapshot() {
        return snapshots.isSending();
    }
}
