package io.gatun.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads do, and says what did not happen. */
final class Await {
    /** Ends a test that is broken; a machine that stands still for some seconds breaks none. */
    static final Duration MAX = Duration.ofSeconds(60);

    private static final long POLL_MS = 5;

    private Await() {}

    static <T> T some(Duration max, String what, Supplier<Optional<T>> source) {
        long end = System.nanoTime() + max.toNanos();
        while (true) {
            Optional<T> found = source.get();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError(what + " did not happen within " + max);
            }
            pause();
        }
    }

    static void until(String what, BooleanSupplier condition) {
        some(MAX, what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
