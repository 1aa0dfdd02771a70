package io.gatun.bench.failover;

import io.gatun.bench.BenchException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for other processes, with an end. */
final class Wait {
    private static final long POLL_MS = 10;

    private Wait() {}

    /** Returns the first value that there is; fails, naming what was waited for, after {@code longest}. */
    static <T> T forValue(String what, Duration longest, Supplier<Optional<T>> attempt) {
        return forValue(() -> what, longest, attempt);
    }

    /** As above, with a text that is asked for only when it failed. */
    static <T> T forValue(Supplier<String> what, Duration longest, Supplier<Optional<T>> attempt) {
        long deadlineNs = System.nanoTime() + longest.toNanos();
        while (true) {
            Optional<T> value = attempt.get();
            if (value.isPresent()) {
                return value.get();
            }
            if (System.nanoTime() > deadlineNs) {
                throw new BenchException("not within " + longest.toSeconds() + " s: " + what.get());
            }
            pause(Duration.ofMillis(POLL_MS));
        }
    }

    /** As {@link #forValue}, for a condition. */
    static void until(String what, Duration longest, BooleanSupplier condition) {
        until(() -> what, longest, condition);
    }

    /** As above, with a text that is asked for only when it failed. */
    static void until(Supplier<String> what, Duration longest, BooleanSupplier condition) {
        forValue(what, longest, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw Role.interrupted(e);
        }
    }
}
