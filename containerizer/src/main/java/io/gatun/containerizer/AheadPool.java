package io.gatun.containerizer;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What launches need and only the kernel's time stands in the way of, made ahead by a thread of its own: when launches come
 * in a row, between them. Each thing is given out once. They are held by descriptors alone, so they go with the agent,
 * however it ends.
 *
 * <p>The first container that wants one finds none, and starts the thread: an agent without such containers has neither.
 *
 * @param <T> what is made
 */
public final class AheadPool<T extends AheadPool.Held> implements AutoCloseable {
    /** What a burst finds beyond them is made by its own clone. */
    private static final int SIZE = 8;
    /** With fewer a new one is made at once, even if a launch that is under way has to share its processor. */
    private static final int LOW = SIZE / 2;
    /** Otherwise when the launch that took one is over, as nearly all are by then. */
    private static final long PAUSE_NS = 8_000_000;

    private static final long JOIN_MS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(AheadPool.class);

    private final String name;
    private final Supplier<? extends Maker<T>> makers;
    private final Lock lock = new ReentrantLock();
    private final Condition taken = lock.newCondition();
    private final Queue<T> ready = new ArrayDeque<>(SIZE);
    private long lastTakenNs = System.nanoTime();
    private Thread maker;
    private boolean closed;

    /** Something that is made ahead. */
    public interface Held extends AutoCloseable {
        /** Lets it go. */
        @Override
        void close();
    }

    /** Makes it, on the pool's thread alone, whose namespaces nobody else depends on; closed on that thread, too. */
    public interface Maker<T> extends AutoCloseable {
        /**
         * Makes one.
         *
         * @throws io.gatun.ffm.SyscallException when this host has no more, or the agent may not: the pool ends
         */
        T make();

        @Override
        void close();
    }

    /**
     * A pool that makes nothing yet.
     *
     * @param name of the thread
     * @param makers asked once, on the thread
     */
    public AheadPool(String name, Supplier<? extends Maker<T>> makers) {
        this.name = name;
        this.makers = makers;
    }

    /** One for the receiver to use and close; empty when none is ready, and the launch has to make it. */
    public Optional<T> take() {
        lock.lock();
        try {
            T next = ready.poll();
            lastTakenNs = System.nanoTime();
            if (next == null && maker == null && !closed) {
                maker = Thread.ofPlatform().name(name).daemon().start(this::make);
            }
            // Not for each one: a thread that is woken may take the launch's processor for a while.
            if (ready.size() <= LOW) {
                taken.signal();
            }
            return Optional.ofNullable(next);
        } finally {
            lock.unlock();
        }
    }

    private void make() {
        try (Maker<T> made = makers.get()) {
            while (awaitNeed()) {
                T next = made.make();
                if (!add(next)) {
                    next.close();
                }
            }
        } catch (RuntimeException e) {
            // ENOSPC above user.max_net_namespaces, EMFILE: the launches themselves will say so, or get along.
            LOG.warn("{}: nothing is made ahead of launches any more: {}", name, e.getMessage());
        }
    }

    /** Returns when one is to be made; false when the pool is closed. */
    private boolean awaitNeed() {
        lock.lock();
        try {
            while (!closed && ready.size() >= LOW) {
                long quietNs = System.nanoTime() - lastTakenNs;
                if (ready.size() == SIZE) {
                    taken.await();
                } else if (quietNs < PAUSE_NS) {
                    taken.awaitNanos(PAUSE_NS - quietNs);
                } else {
                    return true;
                }
            }
            return !closed;
        } catch (InterruptedException e) {
            return false; // nobody interrupts it but close
        } finally {
            lock.unlock();
        }
    }

    private boolean add(T next) {
        lock.lock();
        try {
            return !closed && ready.add(next);
        } finally {
            lock.unlock();
        }
    }

    /** No launch may be going on. */
    @Override
    public void close() {
        Thread running;
        lock.lock();
        try {
            closed = true;
            running = maker;
            taken.signal();
        } finally {
            lock.unlock();
        }
        if (running != null) {
            try {
                running.join(JOIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        ready.forEach(Held::close);
        ready.clear();
    }
}
