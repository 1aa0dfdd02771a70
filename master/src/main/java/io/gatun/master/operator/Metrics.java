package io.gatun.master.operator;

import io.gatun.master.MasterContext;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All metrics of this master at a moment. */
public final class Metrics {
    private static final double MILLIS_PER_SECOND = 1000.0;

    private final MasterContext context;
    private final Clock clock;
    private final List<MetricSource> sources;

    /** @param sources what is measured elsewhere in this master */
    public Metrics(MasterContext context, Clock clock, List<MetricSource> sources) {
        this.context = context;
        this.clock = clock;
        this.sources = new ArrayList<>(sources);
        this.sources.add(new SystemMetrics(Path.of("/proc/loadavg")));
    }

    /** By name. Any thread. */
    public SortedMap<String, Double> values() {
        SortedMap<String, Double> values = new TreeMap<>();
        double now = clock.millis() / MILLIS_PER_SECOND;
        MasterMetrics.collect(
                context.snapshot().get(),
                context.leadership().leading(),
                now,
                (name, value) -> values.put(name, value));
        sources.forEach(source -> source.collect((name, value) -> values.put(name, value)));
        return values;
    }
}
