package io.gatun.bench.recovery;

import io.gatun.bench.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** How long something took while a snapshot was made, and otherwise. One thread; {@link #tell} and the rest after it. */
final class SnapshotTimes implements Times {
    private static final int DIGITS = 3;
    private static final double NS_PER_MS = 1e6;
    private static final long LONGEST_US = 60_000_000;
    /** Shorter ones are not kept one by one. */
    private static final long LONG_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private record Span(long fromNs, long toNs) {
        long ns() {
            return toNs - fromNs;
        }

        boolean touches(Span other) {
            return fromNs - other.toNs < 0 && other.fromNs - toNs < 0;
        }

        long sharedNs(Span other) {
            return Math.max(0, Math.min(toNs, other.toNs) - Math.max(fromNs, other.fromNs));
        }
    }

    private final String prefix;
    private final BooleanSupplier snapshot;
    private final Histogram meanwhile = new Histogram(LONGEST_US, DIGITS);
    private final Histogram otherwise = new Histogram(LONGEST_US, DIGITS);
    private final List<Span> longMeanwhile = new ArrayList<>();

    /**
     * Nothing yet.
     *
     * @param prefix of the names of figures
     * @param snapshot whether one is being made
     */
    SnapshotTimes(String prefix, BooleanSupplier snapshot) {
        this.prefix = prefix;
        this.snapshot = snapshot;
    }

    @Override
    public void took(long fromNs, long toNs) {
        boolean during = snapshot.getAsBoolean();
        long us = TimeUnit.NANOSECONDS.toMicros(toNs - fromNs);
        (during ? meanwhile : otherwise).recordValue(Math.clamp(us, 0, LONGEST_US));
        if (during && toNs - fromNs > LONG_NS) {
            longMeanwhile.add(new Span(fromNs, toNs));
        }
    }

    /** How often something else took longer than that while a snapshot was made. */
    long longerThan(long ms) {
        return longer(TimeUnit.MILLISECONDS.toNanos(ms)).count();
    }

    private Stream<Span> longer(long ns) {
        return longMeanwhile.stream().filter(span -> span.ns() > ns);
    }

    /** The longest in ms while a snapshot was made, of those in whose time nothing of {@code other} took longer than that. */
    double longestMsWithout(SnapshotTimes other, long ms) {
        List<Span> stalls = other.longer(TimeUnit.MILLISECONDS.toNanos(ms)).toList();
        return longMeanwhile.stream()
                        .filter(span -> stalls.stream().noneMatch(span::touches))
                        .mapToLong(Span::ns)
                        .max()
                        .orElse(0)
                / NS_PER_MS;
    }

    /**
     * The longest in ms while a snapshot was made, each without the time in which something of {@code others} went on that
     * took longer than that.
     */
    double longestMsBeyond(double ms, SnapshotTimes... others) {
        List<Span> stalls = united(Stream.of(others)
                .flatMap(other -> other.longer((long) (ms * NS_PER_MS)))
                .sorted(Comparator.comparingLong(Span::fromNs))
                .toList());
        return longMeanwhile.stream()
                        .mapToLong(span -> span.ns()
                                - stalls.stream().mapToLong(span::sharedNs).sum())
                        .max()
                        .orElse(0)
                / NS_PER_MS;
    }

    /** Those that overlap become one. */
    private static List<Span> united(List<Span> sorted) {
        List<Span> united = new ArrayList<>();
        for (Span span : sorted) {
            if (united.isEmpty() || !span.touches(united.getLast())) {
                united.add(span);
            } else {
                Span last = united.removeLast();
                united.add(new Span(last.fromNs, Math.max(last.toNs, span.toNs)));
            }
        }
        return united;
    }

    void tell() {
        tell(prefix + "meanwhile", meanwhile);
        tell(prefix + "otherwise", otherwise);
    }

    private static void tell(String name, Histogram us) {
        Row.percentilesMs(us).forEach((figure, value) -> Figures.tell(name + "_" + figure, value));
        Figures.tell(name + "_p99.9", us.getValueAtPercentile(99.9) / 1000.0);
    }
}
