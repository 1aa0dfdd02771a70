package io.gatun.bench.recovery;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * How late a thread comes that sleeps for a millisecond, beside the log: what a pause has in common with it is the
 * scheduler's, or that of the machine below this one.
 */
final class BareProcessor {
    private static final long SLEEP_MS = 1;

    private final Supplier<Histogram> times;
    private final Beside beside = new Beside("bench-processor", this::sleep);

    /** @param times takes times in microseconds, on a thread of this */
    BareProcessor(Supplier<Histogram> times) {
        this.times = times;
    }

    void start() {
        beside.start();
    }

    private void sleep() throws InterruptedException {
        long begunNs = System.nanoTime();
        Thread.sleep(SLEEP_MS);
        long lateUs =
                TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begunNs) - TimeUnit.MILLISECONDS.toMicros(SLEEP_MS);
        Histogram histogram = times.get();
        histogram.recordValue(Math.clamp(lateUs, 0, histogram.getHighestTrackableValue()));
    }

    /** Ends, after it was started. */
    void end() throws InterruptedException {
        beside.endQuietly();
    }
}
