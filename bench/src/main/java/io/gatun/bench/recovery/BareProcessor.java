package io.gatun.bench.recovery;

import java.util.concurrent.TimeUnit;

/**
 * How late a thread comes that sleeps for a millisecond, beside the log, and is scheduled as the threads that append
 * are: what a pause has in common with it is the kernel's, or that of the machine below this one.
 */
final class BareProcessor {
    private static final long SLEEP_MS = 1;

    private final Times times;
    private final Beside beside = Beside.critical("bench-processor", this::sleep);

    /** @param times are told on a thread of this */
    BareProcessor(Times times) {
        this.times = times;
    }

    void start() {
        beside.start();
    }

    private void sleep() throws InterruptedException {
        long dueNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SLEEP_MS);
        Thread.sleep(SLEEP_MS);
        times.took(dueNs, System.nanoTime());
    }

    /** Ends, after it was started. */
    void end() throws InterruptedException {
        beside.endQuietly();
    }
}
