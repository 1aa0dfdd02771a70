package io.gatun.agent;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for work that blocks: containers and files. Platform threads, because the containerizer's system calls would pin
 * virtual ones.
 */
final class LaunchPool implements AutoCloseable {
    private static final int THREADS = 4;

    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("agent-work-", 0).daemon().factory());

    /** Runs an action; drops it when the pool is closed. */
    void execute(Runnable action) {
        try {
            executor.execute(action);
        } catch (RejectedExecutionException e) {
            // The agent has ended; its successor does what is left to do.
        }
    }

    /** Drops what waits; gives what runs one second, without interrupting it: a launch must not stop half-way. */
    @Override
    public void close() {
        executor.shutdown();
        executor.getQueue().clear();
        try {
            executor.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
