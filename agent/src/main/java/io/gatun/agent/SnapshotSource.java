package io.gatun.agent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The newest state for readers on other threads. It is rendered on the loop, once after a change and only when somebody
 * asks: whoever polls an idle agent costs the loop nothing.
 */
final class SnapshotSource {
    private final Loop loop;
    private final Supplier<AgentSnapshot> render;
    private final AtomicReference<CompletableFuture<AgentSnapshot>> newest = new AtomicReference<>();

    /** @param render called on the loop */
    SnapshotSource(Loop loop, Supplier<AgentSnapshot> render) {
        this.loop = loop;
        this.render = render;
    }

    /** The state now or later than this call. From any thread. */
    CompletableFuture<AgentSnapshot> current() {
        CompletableFuture<AgentSnapshot> cached = newest.get();
        if (cached != null) {
            return cached;
        }
        CompletableFuture<AgentSnapshot> mine = new CompletableFuture<>();
        if (!newest.compareAndSet(null, mine)) {
            return current();
        }
        loop.execute(() -> mine.complete(render.get()));
        return mine;
    }

    /** Something has changed. On the loop. */
    void stale() {
        newest.set(null);
    }
}
