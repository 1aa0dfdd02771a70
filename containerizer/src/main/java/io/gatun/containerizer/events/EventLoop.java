package io.gatun.containerizer.events;

import io.gatun.ffm.process.Epoll;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that serves all containers: runs what is to be done when a descriptor is ready, now, or after a while. What it
 * runs must not block for longer than a write to a file; what it throws is logged and ends nothing else.
 */
public final class EventLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final long JOIN_MS = 10_000;
    private static final long NS_PER_MS = 1_000_000;

    private final Epoll epoll = new Epoll();
    private final ConcurrentMap<Long, Runnable> watches = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final Queue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    /** Of the loop's thread. */
    private final PriorityQueue<Later> delayed = new PriorityQueue<>();

    private final Thread thread;
    private volatile boolean closed;

    private record Later(long atNs, Runnable task) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return Long.signum(atNs - other.atNs); // nanoTime may wrap: only differences count
        }
    }

    /** Starts the thread. */
    public EventLoop(String name) {
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /** Runs something soon; any thread. Nothing happens once the loop is closed. */
    public void execute(Runnable task) {
        submitted.add(task);
        if (!closed) {
            epoll.wake();
        }
    }

    /** Runs something after a while; any thread. */
    public void later(long delayMs, Runnable task) {
        Later later = new Later(System.nanoTime() + delayMs * NS_PER_MS, task);
        if (inLoop()) {
            delayed.add(later);
        } else {
            execute(() -> delayed.add(later));
        }
    }

    /**
     * Runs something whenever a descriptor is ready, until {@link #unwatch}; any thread.
     *
     * @return what {@code unwatch} wants to be told
     */
    public long watch(int fd, boolean forWriting, Runnable ready) {
        long token = tokens.incrementAndGet();
        watches.put(token, ready);
        if (forWriting) {
            epoll.addWriter(fd, token);
        } else {
            epoll.add(fd, token);
        }
        return token;
    }

    /** Ends a watch, before its descriptor is closed. Nothing happens when it has ended already. */
    public void unwatch(long token, int fd) {
        if (watches.remove(token) != null) {
            epoll.remove(fd);
        }
    }

    /** Runs something once, when a descriptor becomes readable; any thread. It must stay open until then. */
    public void whenReadable(int fd, Runnable then) {
        long token = tokens.incrementAndGet();
        watches.put(token, () -> {
            unwatch(token, fd);
            then.run();
        });
        epoll.add(fd, token);
    }

    private void run() {
        while (!closed) {
            for (long token : epoll.await(timeoutMs())) {
                Runnable ready = token == Epoll.WOKEN ? null : watches.get(token);
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
        return Math.clamp(waitNs / NS_PER_MS + 1, 0, Integer.MAX_VALUE);
    }

    /** One container's failure must not end what is done for the others. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("{}: {}", thread.getName(), e.getMessage(), e);
        }
    }

    /** Whether this is the loop's own thread. */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /**
     * Ends the loop; waits for up to 10 s.
     *
     * @return whether its thread has ended, so that what it used may be released
     */
    public boolean end() {
        if (closed) {
            return !thread.isAlive();
        }
        closed = true;
        epoll.wake();
        boolean interrupted = false;
        try {
            thread.join(JOIN_MS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        boolean ended = !thread.isAlive();
        if (ended) {
            epoll.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }

    /** Ends the loop; idempotent. */
    @Override
    public void close() {
        end();
    }
}
