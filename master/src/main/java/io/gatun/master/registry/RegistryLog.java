package io.gatun.master.registry;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An append-only log of what the master must not forget. One writer: methods are called by one thread at a time.
 * Entries that were acknowledged survive the death of the process and of the machine.
 */
public interface RegistryLog extends AutoCloseable {
    /**
     * Reads all acknowledged entries, and condenses them; called once, before the first append.
     *
     * @throws RegistryException when an acknowledged entry is damaged or missing: names the file and the position
     */
    RegistryState recover();

    /**
     * Appends entries together: one forced write for all of them.
     *
     * @return completes with the position of the last entry when all are durable; fails with
     *     {@link RegistryException}, after which the log takes no more entries
     */
    CompletableFuture<Long> append(List<RegistryRecord> records);

    /**
     * Replaces all entries so far by one snapshot record that stands for them.
     *
     * @throws RegistryException when it could not be written: the old entries are still there
     */
    void compact(RegistryRecord snapshot);

    /** Does not throw; nothing acknowledged depends on it. */
    @Override
    void close();
}
