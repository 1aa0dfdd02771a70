package io.gatun.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to try to register again: after a random part of the factor, doubled with each attempt up to one minute, so that the
 * agents of a cluster do not return to a new master all at once (Mesos, REGISTER_RETRY_INTERVAL_MAX).
 */
final class Backoff {
    static final Duration MAX = Duration.ofMinutes(1);

    private final Duration factor;
    private final RandomGenerator random;
    private int attempts;

    Backoff(Duration factor, RandomGenerator random) {
        this.factor = factor;
        this.random = random;
    }

    /** The time to wait before the next attempt. */
    Duration next() {
        Duration bound = factor;
        for (int i = 0; i < attempts && bound.compareTo(MAX) < 0; i++) {
            bound = bound.multipliedBy(2);
        }
        attempts++;
        long boundNs = bound.compareTo(MAX) < 0 ? bound.toNanos() : MAX.toNanos();
        return Duration.ofNanos(boundNs == 0 ? 0 : random.nextLong(boundNs + 1));
    }

    /**
     * The time to wait before asking one again that is named leader and does not lead yet, or has only begun to. That
     * takes seconds at most and its answer costs it nothing, so the attempt does not make later ones wait longer.
     */
    Duration soon() {
        long boundNs = factor.compareTo(MAX) < 0 ? factor.toNanos() : MAX.toNanos();
        return Duration.ofNanos(boundNs == 0 ? 0 : random.nextLong(boundNs + 1));
    }

    /** An attempt succeeded. */
    void reset() {
        attempts = 0;
    }
}
