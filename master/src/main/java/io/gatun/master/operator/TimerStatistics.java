package io.gatun.master.operator;

import java.util.Arrays;
import java.util.function.ObjDoubleConsumer;

/**
 * A timer as Mesos shows one (libprocess metrics/timer.hpp): the newest value, and count, extremes and percentiles of the
 * newest thousand, all in milliseconds. Safe for one writer and any readers.
 */
public final class TimerStatistics implements MetricSource {
    private static final int WINDOW = 1000;
    private static final double NANOS_PER_MS = 1e6;
    private static final double[] QUANTILES = {0.5, 0.9, 0.95, 0.99, 0.999, 0.9999};
    private static final String[] QUANTILE_NAMES = {"p50", "p90", "p95", "p99", "p999", "p9999"};

    private final String name;
    private final double[] windowMs = new double[WINDOW];
    private long count;

    /** @param name of the metric, such as {@code registrar/state_store_ms} */
    public TimerStatistics(String name) {
        this.name = name;
    }

    /** Notes one duration. */
    public synchronized void record(long nanos) {
        windowMs[(int) (count % WINDOW)] = nanos / NANOS_PER_MS;
        count++;
    }

    @Override
    public void collect(ObjDoubleConsumer<String> sink) {
        double[] sorted;
        double newest;
        synchronized (this) {
            if (count == 0) {
                return;
            }
            newest = windowMs[(int) ((count - 1) % WINDOW)];
            sorted = Arrays.copyOf(windowMs, (int) Math.min(count, WINDOW));
        }
        Arrays.sort(sorted);
        sink.accept(name, newest);
        sink.accept(name + "/count", sorted.length);
        sink.accept(name + "/min", sorted[0]);
        sink.accept(name + "/max", sorted[sorted.length - 1]);
        for (int i = 0; i < QUANTILES.length; i++) {
            sink.accept(name + "/" + QUANTILE_NAMES[i], quantile(sorted, QUANTILES[i]));
        }
    }

    /** Between the two nearest ranks, linearly. */
    private static double quantile(double[] sorted, double quantile) {
        double position = quantile * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
