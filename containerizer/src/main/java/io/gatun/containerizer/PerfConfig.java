package io.gatun.containerizer;

import io.gatun.ffm.perf.PerfEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the isolator {@code cgroups/perf_event} counts; Mesos' {@code --perf_events}, {@code --perf_interval} and
 * {@code --perf_duration}.
 *
 * @param events empty for none
 * @param interval between the starts of two samples
 * @param duration of a sample, at most {@code interval}
 */
public record PerfConfig(List<PerfEvent> events, Duration interval, Duration duration) {
    /** Mesos' defaults. */
    public static final PerfConfig NONE = new PerfConfig(List.of(), Duration.ofSeconds(60), Duration.ofSeconds(10));

    public PerfConfig {
        events = List.copyOf(events);
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("perf_duration=" + duration + ": must be positive");
        }
        if (duration.compareTo(interval) > 0) {
            throw new IllegalArgumentException(
                    "perf_duration=" + duration + ": must be at most perf_interval, " + interval);
        }
    }

    /**
     * Parses the names.
     *
     * @param names of perf-list(1), separated by commas; empty for none
     * @throws IllegalArgumentException naming the one that is unknown
     */
    public static PerfConfig parse(String names, Duration interval, Duration duration) {
        List<PerfEvent> events = new ArrayList<>();
        for (String part : names.isBlank() ? new String[0] : names.split(",", -1)) {
            String name = part.strip();
            events.add(PerfEvent.named(name)
                    .orElseThrow(() -> new IllegalArgumentException("perf_events=" + names + ": unknown event '" + name
                            + "'; known are " + String.join(", ", PerfEvent.names()))));
        }
        return new PerfConfig(events, interval, duration);
    }
}
