package io.gatun.dist.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, SIGTERM and SIGHUP as something to wait for. The JVM ends as soon as its shutdown hooks do; ours keeps it until
 * {@link #close()}, so that the main thread puts things away in its own order.
 */
public final class EndSignal implements AutoCloseable {
    /** Longer than any orderly end takes; after that the JVM goes, and the next start cleans up. */
    private static final int LONGEST_END_SECONDS = 45;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch wake = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::hold, "end-signal");

    /** From here on a signal asks for the end instead of enforcing it. */
    public EndSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void hold() {
        asked.countDown();
        wake.countDown();
        try {
            if (!done.await(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("gatun: not everything ended within " + LONGEST_END_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Blocks until a signal came or the future, which stands for a role's own end, is done. */
    public void await(CompletableFuture<?> failure) throws InterruptedException {
        CompletableFuture<Void> woken = failure.handle((reason, cause) -> {
            wake.countDown();
            return null;
        });
        wake.await();
        woken.cancel(false);
    }

    /** Whether a signal came already. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Everything is put away: the JVM may go. */
    @Override
    public void close() {
        done.countDown();
        if (!isAsked()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // A signal came just now; the hook finds `done` open.
            }
        }
    }
}
