package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.Message;
import io.gatun.mesos.client.EventStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Receives a stream's events for a test to look at, in order. */
class Inbox<E extends Message> implements EventStream.Listener<E> {
    private static final long TIMEOUT_S = 60;
    private static final long LOOK_MS = 50;

    final CompletableFuture<String> streamId = new CompletableFuture<>();
    final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Null when it ended properly. */
    private volatile Throwable cause;

    private final LinkedBlockingQueue<E> events = new LinkedBlockingQueue<>();

    @Override
    public void connected(URI endpoint, String id) {
        streamId.complete(id);
    }

    @Override
    public void event(E event) {
        events.add(event);
    }

    @Override
    public void closed(Throwable causeOrNull) {
        cause = causeOrNull;
        if (causeOrNull != null) {
            streamId.completeExceptionally(causeOrNull);
        }
        ended.complete(null);
    }

    /** The next event that {@code wanted} accepts; those before it are dropped. */
    E await(Predicate<E> wanted) {
        List<E> seen = new ArrayList<>();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
            while (true) {
                boolean over = ended.isDone() || System.nanoTime() > deadline; // looked at before the last look
                E event = events.poll(LOOK_MS, TimeUnit.MILLISECONDS);
                if (event != null && wanted.test(event)) {
                    return event;
                }
                if (event != null) {
                    seen.add(event);
                } else if (over) {
                    String end =
                            ended.isDone() ? "before the stream ended (" + cause + ")" : "within " + TIMEOUT_S + " s";
                    return fail("not received " + end + "; received " + seen);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted", e);
        }
    }

    /** The very next event. */
    E next() {
        return await(event -> true);
    }

    void awaitEnd() {
        assertThat(ended).succeedsWithin(java.time.Duration.ofSeconds(TIMEOUT_S));
    }
}
