package io.gatun.master.runtime;

/** Milliseconds since the epoch that never go back, whatever is done to the wall clock. Thread-safe. */
public final class EpochClock {
    private static final long NANOS_PER_MS = 1_000_000;

    private final long originMs = System.currentTimeMillis();
    private final long originNs = System.nanoTime();

    /** The wall clock at this object's creation, plus the time since then. */
    public long nowMs() {
        return originMs + (System.nanoTime() - originNs) / NANOS_PER_MS;
    }
}
