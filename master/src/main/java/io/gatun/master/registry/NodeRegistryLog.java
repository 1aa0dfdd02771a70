package io.gatun.master.registry;

import com.google.protobuf.UnsafeByteOperations;
import io.gatun.master.log.node.AppendListener;
import io.gatun.master.log.node.LogException;
import io.gatun.master.log.node.LogNode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Entries of terms on their way through a replica. Terms of one process follow one another: {@link #term} is called when
 * the one before has ended.
 */
public final class NodeRegistryLog implements AppendListener {
    /** A correlation id is the term's number, then the entry's. */
    private static final int ENTRY_BITS = 40;
    /** Of no term. */
    private static final long UNCOUNTED = 0;
    /** Records that are larger are appended in parts: well below the longest entry of any configuration. */
    private static final int PART_BYTES = 1 << 19;

    private static final long ROOM_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long RETRY_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private record Current(long term, RegistryLog.Outcomes outcomes) {}

    private final LogNode.Appender appender;
    private long terms;
    private volatile Current current = new Current(0, null);

    /** Appends through {@code node}. */
    public NodeRegistryLog(LogNode node) {
        this.appender = node.appender(this);
    }

    /** The log of a new term. */
    public RegistryLog term() {
        terms++;
        long term = terms;
        return (number, record, outcomes) -> append(term, number, record, outcomes);
    }

    private void append(long term, long number, RegistryRecord record, RegistryLog.Outcomes outcomes) {
        if (current.term() != term) {
            current = new Current(term, outcomes);
        }
        byte[] bytes = record.toByteArray();
        String refused = bytes.length <= PART_BYTES
                ? append(bytes, term << ENTRY_BITS | number)
                : appendParts(bytes, term << ENTRY_BITS | number);
        if (refused != null) {
            outcomes.failed(number, refused);
        }
    }

    /** Only the last part's commit counts, and it comes after the others'. */
    private String appendParts(byte[] bytes, long correlationId) {
        for (int offset = 0, index = 0; offset < bytes.length; offset += PART_BYTES, index++) {
            int length = Math.min(PART_BYTES, bytes.length - offset);
            boolean last = offset + length == bytes.length;
            RegistryRecord part = Changes.empty()
                    .setPart(RegistryRecord.Part.newBuilder()
                            .setIndex(index)
                            .setLast(last)
                            .setPiece(UnsafeByteOperations.unsafeWrap(bytes, offset, length)))
                    .build();
            String refused = append(part.toByteArray(), last ? correlationId : UNCOUNTED);
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    /** Waits for room, which comes as soon as the replica's thread gets to it; null, or why nothing was appended. */
    private String append(byte[] bytes, long correlationId) {
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        long deadlineNs = System.nanoTime() + ROOM_NS;
        while (!appender.append(buffer, 0, bytes.length, correlationId)) {
            if (System.nanoTime() - deadlineNs > 0) {
                return "the log takes no more: too much waits, or it has ended";
            }
            LockSupport.parkNanos(RETRY_NS);
        }
        return null;
    }

    @Override
    public void appended(long correlationId, long position) {
        Current now = current;
        if (isOf(now, correlationId)) {
            now.outcomes().committed(number(correlationId));
        }
    }

    @Override
    public void notAppended(long correlationId, LogException reason) {
        Current now = current;
        if (isOf(now, correlationId)) {
            now.outcomes().failed(number(correlationId), reason.getMessage());
        }
    }

    private static boolean isOf(Current now, long correlationId) {
        return correlationId != UNCOUNTED && now.term() == correlationId >> ENTRY_BITS;
    }

    private static long number(long correlationId) {
        return correlationId & ((1L << ENTRY_BITS) - 1);
    }
}
