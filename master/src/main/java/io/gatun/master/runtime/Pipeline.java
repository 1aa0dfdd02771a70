package io.gatun.master.runtime;

import io.gatun.master.registry.Changes;
import io.gatun.master.registry.RegistryException;
import io.gatun.master.registry.RegistryLog;
import io.gatun.master.registry.RegistryRecord;
import io.gatun.master.state.Effect;
import io.gatun.master.state.MasterSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches of effects that wait until what they must not forget is committed. They come out in the order in which they
 * went in: one that has nothing to write still waits for those before it, since it may tell of what they did. One thread,
 * which is woken when something has committed or failed.
 */
final class Pipeline implements RegistryLog.Outcomes {
    /** Beyond it commands wait, and so come in larger batches: that is what groups commits. */
    private static final int MAX_BATCHES = 16;
    /** Records of a batch are put together into entries of about this size. */
    private static final int ENTRY_BYTES = 1 << 18;

    /**
     * Effects of commands that were applied together.
     *
     * @param lastEntry by which everything is written that they depend on
     * @param snapshot the state after them
     * @param sentNs when they went in, {@link System#nanoTime}
     * @param writes whether anything was written for them
     */
    record Batch(long lastEntry, MasterSnapshot snapshot, List<Effect> effects, long sentNs, boolean writes) {}

    private final RegistryLog log;
    private final Runnable wake;
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
    private long lastEntry;

    private volatile long committed;
    private volatile String failure;

    /** @param wake called on the log's thread */
    Pipeline(RegistryLog log, Runnable wake) {
        this.log = log;
        this.wake = wake;
    }

    /** Whether no more should be put in. */
    boolean full() {
        return waiting.size() >= MAX_BATCHES;
    }

    /** Sends what is to be written to the log. */
    void add(List<Effect> effects, MasterSnapshot snapshot) {
        long before = lastEntry;
        List<RegistryRecord> entry = new ArrayList<>();
        long bytes = 0;
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist(RegistryRecord record)) {
                entry.add(record);
                bytes += record.getSerializedSize();
                if (bytes >= ENTRY_BYTES) {
                    append(entry);
                    bytes = 0;
                }
            }
        }
        if (!entry.isEmpty()) {
            append(entry);
        }
        waiting.addLast(new Batch(lastEntry, snapshot, effects, System.nanoTime(), lastEntry > before));
    }

    private void append(List<RegistryRecord> entry) {
        lastEntry++;
        log.append(lastEntry, entry.size() == 1 ? entry.getFirst() : Changes.join(entry), this);
        entry.clear();
    }

    /**
     * Takes out the oldest batch; null when it is not committed yet, or there is none.
     *
     * @throws RegistryException when the log has failed: nobody knows what of the rest will be kept
     */
    Batch poll() {
        // In this order: what is committed is carried out, whatever happened after it.
        String failed = failure;
        Batch oldest = waiting.peekFirst();
        if (oldest != null && oldest.lastEntry() <= committed) {
            return waiting.removeFirst();
        }
        if (failed != null) {
            throw new RegistryException(failed);
        }
        return null;
    }

    /** How long the oldest batch has waited, in ns; 0 when there is none. */
    long oldestNs() {
        Batch oldest = waiting.peekFirst();
        return oldest == null ? 0 : System.nanoTime() - oldest.sentNs();
    }

    @Override
    public void committed(long number) {
        committed = number;
        wake.run();
    }

    @Override
    public void failed(long number, String reason) {
        if (failure == null) {
            failure = reason;
        }
        wake.run();
    }
}
