package io.gatun.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C as an interrupt of the thread that measures, which then puts things away in its own order; the JVM stays until
 * {@link #close}.
 */
public final class Interruption implements AutoCloseable {
    /** Longer than a stack takes to end. */
    private static final int LONGEST_END_SECONDS = 10;

    private final Thread thread = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "bench-interruption");

    private Interruption() {}

    /** From here on a signal interrupts the calling thread. */
    public static Interruption ofThisThread() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void interrupt() {
        thread.interrupt();
        try {
            if (!done.await(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("gatun bench: not everything ended within " + LONGEST_END_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook runs already and finds `done` open.
        }
    }
}
