package io.gatun.master.log.net;

import io.gatun.master.log.Members;
import io.gatun.master.log.Snapshot;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/** Puts the pieces of one sender's snapshot together; the inverse of {@link SnapshotSender}. */
final class SnapshotReceiver {
    /** A state that is larger is not taken: memory for it is got as it comes, never because it was announced. */
    private static final long MAX_BYTES = 1 << 30;

    private static final int FIRST_CAPACITY = 1 << 16;

    private Link link;
    private long epoch;
    private long position = -1;
    private long total;
    private byte[] state = {};
    private int filled;
    private long round;

    /** Takes a piece; the snapshot when it was the last one, else null. */
    Snapshot piece(Link from, DirectBuffer bytes, int at, int length) throws FrameException {
        if (length < SnapshotSender.FIXED_BYTES) {
            throw new FrameException("a piece of a snapshot has only " + length + " bytes");
        }
        int membersLength = bytes.getInt(at + 1 + 6 * Long.BYTES);
        if (membersLength < 0 || membersLength > length - SnapshotSender.FIXED_BYTES) {
            throw new FrameException("a piece of " + length + " bytes announces members of " + membersLength);
        }
        long offset = bytes.getLong(at + 1 + 5 * Long.BYTES);
        if (offset == 0) {
            begin(from, bytes, at);
        }
        boolean sameOne =
                from == link && epoch == bytes.getLong(at + 1) && position == bytes.getLong(at + 1 + 2 * Long.BYTES);
        if (!sameOne || offset != filled) {
            return null; // the rest of one that was begun before this replica listened
        }
        round = bytes.getLong(at + 1 + Long.BYTES);
        int piece = length - SnapshotSender.FIXED_BYTES - membersLength;
        take(bytes, at + SnapshotSender.FIXED_BYTES + membersLength, piece);
        if (filled < total) {
            return null;
        }
        byte[] members = new byte[membersLength];
        bytes.getBytes(at + SnapshotSender.FIXED_BYTES, members);
        return complete(bytes.getLong(at + 1 + 3 * Long.BYTES), members);
    }

    private void begin(Link from, DirectBuffer bytes, int at) throws FrameException {
        total = bytes.getLong(at + 1 + 4 * Long.BYTES);
        if (total < 0 || total > MAX_BYTES) {
            throw new FrameException("a snapshot announces " + total + " bytes; allowed are 0 to " + MAX_BYTES);
        }
        link = from;
        epoch = bytes.getLong(at + 1);
        position = bytes.getLong(at + 1 + 2 * Long.BYTES);
        filled = 0;
        state = new byte[(int) Math.min(total, FIRST_CAPACITY)];
    }

    private void take(DirectBuffer bytes, int at, int length) throws FrameException {
        if (filled + (long) length > total) {
            throw new FrameException("a snapshot of " + total + " bytes goes on after its end");
        }
        if (filled + length > state.length) {
            state = Arrays.copyOf(state, (int) Math.min(total, Math.max(2L * state.length, (long) filled + length)));
        }
        bytes.getBytes(at, state, filled, length);
        filled += length;
    }

    private Snapshot complete(long snapshotEpoch, byte[] members) throws FrameException {
        try {
            Snapshot snapshot = new Snapshot(
                    position,
                    snapshotEpoch,
                    Members.decode(members),
                    state.length == filled ? state : Arrays.copyOf(state, filled));
            position = -1;
            state = new byte[0];
            return snapshot;
        } catch (RuntimeException e) {
            throw new FrameException("a snapshot's members: " + e);
        }
    }

    /** The round of the last piece. */
    long round() {
        return round;
    }
}
