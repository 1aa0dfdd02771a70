package io.gatun.containerizer.docker;

import io.netty.channel.Channel;
import java.util.concurrent.CompletableFuture;

/** An answer that goes on for long: an event stream, a log, a wait. */
final class EngineStream implements AutoCloseable {
    private final CompletableFuture<Void> head = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile Channel channel;
    private volatile boolean closed;

    /** Completes when the engine has accepted the request; exceptionally when it refused. */
    CompletableFuture<Void> head() {
        return head;
    }

    /** Completes when the body is complete; exceptionally when the connection was lost before, or closed here. */
    CompletableFuture<Void> end() {
        return end;
    }

    void attach(Channel connected) {
        channel = connected;
        if (closed) {
            var unused = connected.close();
        }
    }

    void fail(EngineException why) {
        head.completeExceptionally(why);
        end.completeExceptionally(why);
    }

    /** Closes the connection: nothing is told to the listener after {@link #end} has completed. */
    @Override
    public void close() {
        closed = true;
        Channel open = channel;
        if (open != null) {
            var unused = open.close();
        }
    }
}
