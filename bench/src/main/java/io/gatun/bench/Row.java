package io.gatun.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * One line of a result.
 *
 * @param name what was measured
 * @param unit of all figures; less is better
 * @param ours figures by their name, such as {@code p99}; empty when it could not be measured
 * @param peers the same of others, measured in the same run, by their name
 * @param ratio how many times better ours is than a peer's, by the peer's name
 * @param target by the name of a peer the least ratio, by the name of one of our figures the most that it may be
 * @param absent why there are no figures
 */
public record Row(
        String name,
        String unit,
        Map<String, Double> ours,
        Map<String, Map<String, Double>> peers,
        Map<String, Double> ratio,
        Map<String, Double> target,
        Optional<String> absent) {
    private static final double US_PER_MS = 1_000;

    /** Figures without any to compare with. */
    public static Row of(String name, String unit, Map<String, Double> ours, Map<String, Double> target) {
        return new Row(name, unit, ours, Map.of(), Map.of(), target, Optional.empty());
    }

    /** What could not be measured here. */
    public static Row absent(String name, String unit, String why) {
        return new Row(name, unit, Map.of(), Map.of(), Map.of(), Map.of(), Optional.of(why));
    }

    /** Percentiles of a histogram of microseconds, in milliseconds. */
    public static Map<String, Double> percentilesMs(Histogram us) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("p50", us.getValueAtPercentile(50) / US_PER_MS);
        figures.put("p90", us.getValueAtPercentile(90) / US_PER_MS);
        figures.put("p99", us.getValueAtPercentile(99) / US_PER_MS);
        figures.put("max", us.getMaxValue() / US_PER_MS);
        figures.put("count", (double) us.getTotalCount());
        return figures;
    }

    /** Whether all targets are met; a row without figures meets none, one without targets has nothing to miss. */
    public boolean holds() {
        if (absent.isPresent()) {
            return false;
        }
        return target.entrySet().stream().allMatch(entry -> {
            Double figure = ours.get(entry.getKey());
            return figure != null
                    ? figure <= entry.getValue()
                    : ratio.getOrDefault(entry.getKey(), 0.0) >= entry.getValue();
        });
    }
}
