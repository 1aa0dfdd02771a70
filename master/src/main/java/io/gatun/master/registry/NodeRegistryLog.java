package io.gatun.master.registry;

import io.gatun.master.log.node.AppendListener;
import io.gatun.master.log.node.LogException;
import io.gatun.master.log.node.LogNode;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Entries of terms on their way through a replica. Terms of one process follow one another: {@link #term} is called when
 * the one before has ended.
 */
public final class NodeRegistryLog implements AppendListener {
    /** A correlation id is the term's number, then the entry's. */
    private static final int ENTRY_BITS = 40;

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
        try {
            if (!appender.append(new UnsafeBuffer(bytes), 0, bytes.length, term << ENTRY_BITS | number)) {
                outcomes.failed(number, "the log takes no more: too much waits, or it has ended");
            }
        } catch (IllegalArgumentException e) {
            outcomes.failed(number, e.getMessage());
        }
    }

    @Override
    public void appended(long correlationId, long position) {
        Current now = current;
        if (now.term() == correlationId >> ENTRY_BITS) {
            now.outcomes().committed(number(correlationId));
        }
    }

    @Override
    public void notAppended(long correlationId, LogException reason) {
        Current now = current;
        if (now.term() == correlationId >> ENTRY_BITS) {
            now.outcomes().failed(number(correlationId), reason.getMessage());
        }
    }

    private static long number(long correlationId) {
        return correlationId & ((1L << ENTRY_BITS) - 1);
    }
}
