package io.gatun.master.state;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Values of {@link Counter}s at one moment, immutable.
 *
 * @param values without those that are still 0
 */
public record Counters(Map<Counter, Long> values) {
    /** Nothing has happened yet. */
    public static final Counters ZERO = new Counters(Map.of());

    /** Copies the map. */
    public Counters {
        values = Map.copyOf(values);
    }

    /** How often {@code counter} has been counted. */
    public long value(Counter counter) {
        return values.getOrDefault(counter, 0L);
    }

    /** All of them by metric name, in the order of the enum. */
    public Map<String, Long> byMetric() {
        Map<String, Long> result = new LinkedHashMap<>();
        for (Counter counter : Counter.values()) {
            result.put(counter.metric(), value(counter));
        }
        return result;
    }
}
