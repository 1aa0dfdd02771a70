package io.gatun.dist.e2e;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for another process, with an end. */
final class Await {
    private static final long POLL_MS = 50;

    private Await() {}

    static void until(String what, Duration longest, BooleanSupplier condition, Supplier<String> evidence) {
        long deadlineNs = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("not within " + longest.toSeconds() + " s: " + what + "\n" + evidence.get());
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting: " + what, e);
            }
        }
    }
}
