package io.gatun.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The agent's thread. An action that throws ends the agent's work: its state may be half changed, and the checkpoints on
 * disk are what a new agent can rely on. The failure is handed over once and nothing runs afterwards.
 */
final class AgentLoop implements Loop, AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    /** An action may wait for a slow disk; until it has ended no other agent may have the work directory. */
    private static final long END_MAX_SECONDS = 30;

    private final ScheduledThreadPoolExecutor executor;
    private final Consumer<Throwable> onFailure;

    AgentLoop(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("agent").daemon().factory());
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** When the agent has ended, what is left to do its successor learns from the checkpoints. */
    @Override
    public void execute(Runnable action) {
        boolean unused = offer(action);
    }

    /** The same; false when the agent has ended, and the action will not run. */
    boolean offer(Runnable action) {
        try {
            executor.execute(() -> guarded(action));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable action) {
        try {
            Future<?> due = executor.schedule(() -> guarded(action), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> due.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    @Override
    public double now() {
        Instant now = Instant.now();
        return now.getEpochSecond() + now.getNano() / NANOS_PER_SECOND;
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            executor.shutdownNow();
            onFailure.accept(e);
        }
    }

    /** Ends the loop without running what is queued; waits at most 30 s for the action that runs. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(END_MAX_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the agent's thread does not end within " + END_MAX_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
