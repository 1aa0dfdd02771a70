package io.gatun.master.registry;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * An append-only log of what the master must not forget. One writer: all methods are called by one thread. Entries that
 * were acknowledged survive the death of the process and of the machine.
 */
public interface RegistryLog extends AutoCloseable {
    /**
     * Hands every acknowledged entry to {@code records}, oldest first; called once, before the first append.
     *
     * @throws RegistryException when an acknowledged entry is damaged: names the file and the position
     */
    void recover(Consumer<RegistryRecord> records);

    /**
     * Appends entries together: one forced write for all of them.
     *
     * @return completes with the position of the last entry when all are durable; fails with
     *     {@link RegistryException}, after which the log takes no more entries
     */
    CompletableFuture<Long> append(List<RegistryRecord> records);

    /**
     * Replaces all entries so far by one that stands for them.
     *
     * @throws RegistryException when it could not be written: the old entries are still there
     */
    void compact(RegistryRecord snapshot);

    @Override
    void close();
}
