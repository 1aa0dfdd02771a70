package io.gatun.containerizer.cgroup;

import java.util.Map;

/**
 * Events of a container in a span of time.
 *
 * @param timestamp when the span began, seconds since 1970
 * @param durationSecs its length
 * @param counts by the name of the event as perf-list(1) has it; times in milliseconds, as perf-stat(1) prints them
 */
public record PerfSample(double timestamp, double durationSecs, Map<String, Double> counts) {
    public PerfSample {
        counts = Map.copyOf(counts);
    }
}
