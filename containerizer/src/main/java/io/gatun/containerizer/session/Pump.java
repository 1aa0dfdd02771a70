package io.gatun.containerizer.session;

import io.gatun.containerizer.log.Peek;
import io.gatun.ffm.NativeBuffer;
import io.gatun.ffm.process.Epoll;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that moves the data of all containers. What it runs must not block longer than a write to a file. */
final class Pump implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pump.class);
    private static final long JOIN_MS = 2_000;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Epoll epoll = new Epoll();
    private final Peek peek = new Peek();
    private final NativeBuffer buffer = NativeBuffer.allocate(BUFFER_BYTES);
    private final Queue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Later> delayed = new PriorityQueue<>();
    private final Map<Long, Runnable> watches = new HashMap<>();
    private final Thread thread;
    private long lastToken;
    private volatile boolean closed;

    private record Later(long atNs, Runnable task) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return Long.signum(atNs - other.atNs); // nanoTime may wrap: only differences count
        }
    }

    Pump() {
        thread = Thread.ofPlatform().name("gatun-container-streams").daemon().start(this::run);
    }

    /** Runs something on the pump's thread; any thread. Nothing happens once it is closed. */
    void execute(Runnable task) {
        submitted.add(task);
        if (!closed) {
            epoll.wake();
        }
    }

    /** Runs something later; the pump's thread only. */
    void later(long delayMs, Runnable task) {
        delayed.add(new Later(System.nanoTime() + delayMs * 1_000_000, task));
    }

    /** Something to be run whenever a descriptor is ready, until {@link #unwatch}; the pump's thread only. */
    long watch(int fd, boolean forWriting, Runnable ready) {
        long token = ++lastToken;
        watches.put(token, ready);
        if (forWriting) {
            epoll.addWriter(fd, token);
        } else {
            epoll.add(fd, token);
        }
        return token;
    }

    /** Ends a watch, before its descriptor is closed; the pump's thread only. */
    void unwatch(long token, int fd) {
        if (watches.remove(token) != null) {
            epoll.remove(fd);
        }
    }

    /** Shared by all that run on the pump's thread; what it holds is gone after the next call. */
    NativeBuffer buffer() {
        return buffer;
    }

    /** The same for looking into pipes. */
    Peek peek() {
        return peek;
    }

    private void run() {
        while (!closed) {
            for (long token : epoll.await(timeoutMs())) {
                Runnable ready = watches.get(token);
                if (ready != null) {
                    guarded(ready);
                }
            }
            for (Runnable task = submitted.poll(); task != null; task = submitted.poll()) {
                guarded(task);
            }
            due().forEach(later -> guarded(later.task()));
        }
    }

    private List<Later> due() {
        List<Later> due = new ArrayList<>();
        while (!delayed.isEmpty() && delayed.peek().atNs() - System.nanoTime() <= 0) {
            due.add(delayed.poll());
        }
        return due;
    }

    private int timeoutMs() {
        if (delayed.isEmpty()) {
            return -1;
        }
        long waitNs = delayed.peek().atNs() - System.nanoTime();
        return Math.clamp(waitNs / 1_000_000 + 1, 0, Integer.MAX_VALUE);
    }

    /** One container's failure must not stop the others' data. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("streams of a container: {}", e.getMessage(), e);
        }
    }

    /** Leaves everything in the pipes where it is. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        epoll.wake();
        boolean interrupted = false;
        try {
            thread.join(JOIN_MS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!thread.isAlive()) {
            epoll.close();
            peek.close();
            buffer.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
