package io.gatun.bench.recovery;

import io.gatun.bench.BenchException;
import io.gatun.master.log.node.AppendListener;
import io.gatun.master.log.node.LogException;
import io.gatun.master.log.node.LogNode;
import io.gatun.master.registry.Changes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/** Appends entries, and knows how long each of them took from when it was due until it was committed and applied. */
final class Writer implements AppendListener {
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(5);
    private static final long RETRY_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final LogNode.Appender appender;
    private final Times times;
    private final AtomicReference<String> failure = new AtomicReference<>();
    private long done;
    private volatile long committed;
    private long appended;
    private long bytes;

    /** @param times are told on the replica's thread */
    Writer(LogNode node, Times times) {
        this.appender = node.appender(this);
        this.times = times;
    }

    /**
     * Appends, waiting for room.
     *
     * @param dueNs when it should have been appended, {@link System#nanoTime}
     */
    void append(Changes changes, long dueNs) {
        byte[] entry = changes.record().toByteArray();
        UnsafeBuffer buffer = new UnsafeBuffer(entry);
        while (!appender.append(buffer, 0, entry.length, dueNs)) {
            check();
            LockSupport.parkNanos(RETRY_NS);
        }
        appended++;
        bytes += entry.length;
    }

    /** Bytes of entries so far. */
    long bytes() {
        return bytes;
    }

    long appended() {
        return appended;
    }

    /** Waits until all of it is committed. */
    void await() {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (committed < appended) {
            check();
            if (System.nanoTime() - deadline > 0) {
                throw new BenchException(appended - committed + " entries were not committed within 5 min");
            }
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    private void check() {
        if (failure.get() != null) {
            throw new BenchException("an entry was not appended: " + failure.get());
        }
    }

    @Override
    public void appended(long dueNs, long position) {
        times.took(dueNs, System.nanoTime());
        done++;
        committed = done;
    }

    @Override
    public void notAppended(long dueNs, LogException reason) {
        failure.set(reason.getMessage());
    }
}
