package io.gatun.containerizer;

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

/** One thread that waits for the ends of all containers, and does what must be done later. */
final class Loop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
    private static final long JOIN_MS = 2_000;

    private final Epoll epoll = new Epoll();
    private final ConcurrentMap<Long, Watch> watches = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final Queue<Later> submitted = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Later> delayed = new PriorityQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    private record Watch(int fd, Runnable then) {}

    private record Later(long atNs, Runnable task) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return Long.signum(atNs - other.atNs); // nanoTime may wrap: only differences count
        }
    }

    Loop(String name) {
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /** Runs something once, on the loop's thread, when a descriptor becomes readable. It must stay open until then. */
    void whenReadable(int fd, Runnable then) {
        long token = tokens.getAndIncrement();
        watches.put(token, new Watch(fd, then));
        epoll.add(fd, token);
    }

    /** Runs something on the loop's thread after a while. */
    void later(long delayMs, Runnable task) {
        submitted.add(new Later(System.nanoTime() + delayMs * 1_000_000, task));
        epoll.wake();
    }

    private void run() {
        while (!closed) {
            for (long token : epoll.await(timeoutMs())) {
                Watch watch = token == Epoll.WOKEN ? null : watches.remove(token);
                if (watch != null) {
                    epoll.remove(watch.fd());
                    guarded(watch.then());
                }
            }
            for (Later later = submitted.poll(); later != null; later = submitted.poll()) {
                delayed.add(later);
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

    /** One container's failure must not end the watch over the others. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("end of a container: {}", e.getMessage(), e);
        }
    }

    /** Whether this is the loop's own thread. */
    boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void close() {
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
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
