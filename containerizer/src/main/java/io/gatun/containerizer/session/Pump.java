package io.gatun.containerizer.session;

import io.gatun.containerizer.events.EventLoop;
import io.gatun.containerizer.log.Peek;
import io.gatun.ffm.NativeBuffer;

/** The one thread that moves the data of all containers, and what it moves it with. */
final class Pump implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final EventLoop loop = new EventLoop("gatun-container-streams");
    private final Peek peek = new Peek();
    private final NativeBuffer buffer = NativeBuffer.allocate(BUFFER_BYTES);
    private boolean closed;

    /** Runs something on the pump's thread; any thread. Nothing happens once it is closed. */
    void execute(Runnable task) {
        loop.execute(task);
    }

    /** Runs something later. */
    void later(long delayMs, Runnable task) {
        loop.later(delayMs, task);
    }

    /** Something to be run whenever a descriptor is ready, until {@link #unwatch}; the pump's thread only. */
    long watch(int fd, boolean forWriting, Runnable ready) {
        return loop.watch(fd, forWriting, ready);
    }

    /** Ends a watch, before its descriptor is closed; the pump's thread only. */
    void unwatch(long token, int fd) {
        loop.unwatch(token, fd);
    }

    /** Shared by all that run on the pump's thread; what it holds is gone after the next call. */
    NativeBuffer buffer() {
        return buffer;
    }

    /** The same for looking into pipes. */
    Peek peek() {
        return peek;
    }

    /** Leaves everything in the pipes where it is. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (loop.end()) {
                peek.close();
                buffer.close();
            }
        }
    }
}
