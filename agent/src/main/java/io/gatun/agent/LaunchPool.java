package io.gatun.agent;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for work that blocks: containers and files. Platform threads, because the containerizer's system calls would pin
 * virtual ones. Launches have their own: one may wait for an image for minutes, and a kill must not wait for a launch.
 */
final class LaunchPool implements AutoCloseable {
    private static final int THREADS = 4;
    /** As many images may be waited for at a time; launches without are over in milliseconds. */
    private static final int LAUNCHES = 32;

    private static final long IDLE_S = 10;

    private final ThreadPoolExecutor work = pool(THREADS, "agent-work-");
    private final ThreadPoolExecutor launches = pool(LAUNCHES, "agent-launch-");

    private static ThreadPoolExecutor pool(int threads, String name) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_S,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name, 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Runs an action; drops it when the pool is closed. */
    void execute(Runnable action) {
        execute(work, action);
    }

    /** Runs a launch, beside the other actions; drops it when the pool is closed. */
    void launch(Runnable action) {
        execute(launches, action);
    }

    private static void execute(ThreadPoolExecutor pool, Runnable action) {
        try {
            pool.execute(action);
        } catch (RejectedExecutionException e) {
            // The agent has ended; its successor does what is left to do.
        }
    }

    /** Drops what waits; gives what runs one second, without interrupting it: a launch must not stop half-way. */
    @Override
    public void close() {
        work.shutdown();
        launches.shutdown();
        work.getQueue().clear();
        launches.getQueue().clear();
        try {
            work.awaitTermination(1, TimeUnit.SECONDS);
            launches.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
