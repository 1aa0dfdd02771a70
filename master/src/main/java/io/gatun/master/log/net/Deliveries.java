package io.gatun.master.log.net;

import io.gatun.master.log.Replica;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/** Frames as calls of a replica; the inverse of {@link Messages}. */
public final class Deliveries {
    private final Replica replica;
    private final ReceivedRun run = new ReceivedRun();
    private final Map<Integer, SnapshotReceiver> snapshots = new HashMap<>();

    /** Delivers to a replica, on its thread. */
    public Deliveries(Replica replica) {
        this.replica = replica;
    }

    /** Whether a type is one of those that {@link Messages} sends. */
    public static boolean isOne(byte type) {
        return type >= FrameType.PREPARE && type <= FrameType.SNAPSHOT;
    }

    /** Whether a type is what a follower says to the leader or candidate that this replica is. */
    public static boolean isAnswer(byte type) {
        return switch (type) {
            case FrameType.PROMISE, FrameType.FETCHED, FrameType.APPENDED, FrameType.BEHIND -> true;
            default -> false;
        };
    }

    /**
     * Delivers a body.
     *
     * @throws IOException when it is not what its type says: the connection should be ended
     */
    public void deliver(Link link, byte type, DirectBuffer bytes, int offset, int length) throws IOException {
        int from = link.peer();
        int fields = offset + 1;
        int end = offset + length;
        switch (type) {
            case FrameType.PREPARE -> {
                require(length, 2);
                replica.onPrepare(from, field(bytes, fields, 0), field(bytes, fields, 1));
            }
            case FrameType.PROMISE -> {
                require(length, 5);
                replica.onPromise(
                        from,
                        field(bytes, fields, 0),
                        field(bytes, fields, 1),
                        field(bytes, fields, 2),
                        field(bytes, fields, 3),
                        field(bytes, fields, 4));
            }
            case FrameType.REFUSE -> {
                require(length, 2);
                replica.onRefuse(from, field(bytes, fields, 0), field(bytes, fields, 1));
            }
            case FrameType.FETCH -> {
                require(length, 3);
                replica.onFetch(from, field(bytes, fields, 0), field(bytes, fields, 1), field(bytes, fields, 2));
            }
            case FrameType.FETCHED -> fetched(from, bytes, fields, end, length);
            case FrameType.APPEND -> append(from, bytes, fields, end, length);
            case FrameType.APPENDED -> {
                require(length, 5);
                replica.onAppended(
                        from,
                        field(bytes, fields, 0),
                        field(bytes, fields, 1),
                        field(bytes, fields, 2),
                        field(bytes, fields, 3),
                        field(bytes, fields, 4) != 0);
            }
            case FrameType.BEHIND -> {
                require(length, 4);
                replica.onBehind(
                        from,
                        field(bytes, fields, 0),
                        field(bytes, fields, 1),
                        field(bytes, fields, 2),
                        field(bytes, fields, 3));
            }
            case FrameType.SNAPSHOT -> snapshot(link, bytes, offset, length);
            default -> throw new FrameException("a frame of an unknown type " + type);
        }
    }

    private void fetched(int from, DirectBuffer bytes, int fields, int end, int length) throws FrameException {
        requireAtLeast(length, 4);
        replica.onFetched(
                from,
                field(bytes, fields, 0),
                field(bytes, fields, 1),
                field(bytes, fields, 2),
                field(bytes, fields, 3) == 1,
                run.wrap(bytes, fields + 4 * Long.BYTES, end));
    }

    private void append(int from, DirectBuffer bytes, int fields, int end, int length) throws FrameException {
        requireAtLeast(length, 5);
        replica.onAppend(
                from,
                field(bytes, fields, 0),
                field(bytes, fields, 1),
                field(bytes, fields, 2),
                field(bytes, fields, 3),
                field(bytes, fields, 4),
                run.wrap(bytes, fields + 5 * Long.BYTES, end));
    }

    private void snapshot(Link link, DirectBuffer bytes, int offset, int length) throws FrameException {
        SnapshotReceiver receiver = snapshots.computeIfAbsent(link.peer(), peer -> new SnapshotReceiver());
        Snapshot complete = receiver.piece(link, bytes, offset, length);
        if (complete != null) {
            replica.onSnapshot(link.peer(), field(bytes, offset + 1, 0), complete, receiver.round());
        }
    }

    private static long field(DirectBuffer bytes, int fields, int index) {
        return bytes.getLong(fields + index * Long.BYTES);
    }

    private static void require(int length, int fields) throws FrameException {
        if (length != 1 + fields * Long.BYTES) {
            throw new FrameException("a frame of " + fields + " fields has " + length + " bytes");
        }
    }

    private static void requireAtLeast(int length, int fields) throws FrameException {
        if (length < 1 + fields * Long.BYTES + ReceivedRun.COUNT_BYTES) {
            throw new FrameException("a frame of " + fields + " fields and entries has " + length + " bytes");
        }
    }
}
