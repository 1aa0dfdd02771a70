package io.gatun.master.log.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** Those who wait for an entry with a future. Any thread. */
final class FutureAppends implements AppendListener {
    private final AtomicLong next = new AtomicLong();
    private final ConcurrentMap<Long, CompletableFuture<Long>> waiting = new ConcurrentHashMap<>();

    /** A number for a future. */
    long expect(CompletableFuture<Long> future) {
        long correlationId = next.incrementAndGet();
        waiting.put(correlationId, future);
        return correlationId;
    }

    @Override
    public void appended(long correlationId, long position) {
        CompletableFuture<Long> future = waiting.remove(correlationId);
        if (future != null) {
            future.complete(position);
        }
    }

    @Override
    public void notAppended(long correlationId, LogException reason) {
        CompletableFuture<Long> future = waiting.remove(correlationId);
        if (future != null) {
            future.completeExceptionally(reason);
        }
    }

    /** The node has ended. */
    void failAll(LogException reason) {
        waiting.keySet().forEach(correlationId -> notAppended(correlationId, reason));
    }
}
