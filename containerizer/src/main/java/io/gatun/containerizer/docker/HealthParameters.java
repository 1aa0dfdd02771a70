package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parameters that define the engine's own health check of a container. */
final class HealthParameters {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)");
    private static final Map<String, Long> NANOSECONDS = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L);

    private HealthParameters() {}

    static void addTo(Map<String, EngineParameters.Setter> setters) {
        setters.put(
                "health-cmd",
                (config, host, text) ->
                        check(config).putArray("Test").add("CMD-SHELL").add(text));
        setters.put("no-healthcheck", (config, host, text) -> {
            if (ParameterValues.flag(text)) {
                check(config).putArray("Test").add("NONE");
            }
        });
        setters.put("health-interval", (config, host, text) -> check(config).put("Interval", nanoseconds(text)));
        setters.put("health-timeout", (config, host, text) -> check(config).put("Timeout", nanoseconds(text)));
        setters.put("health-start-period", (config, host, text) -> check(config).put("StartPeriod", nanoseconds(text)));
        setters.put(
                "health-retries", (config, host, text) -> check(config).put("Retries", ParameterValues.number(text)));
    }

    private static ObjectNode check(ObjectNode config) {
        return config.withObjectProperty("Healthcheck");
    }

    /** As Go writes durations: {@code 1m30s}, {@code 500ms}. */
    private static long nanoseconds(String text) {
        Matcher part = PART.matcher(text);
        double sum = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            sum += Double.parseDouble(part.group(1)) * NANOSECONDS.get(part.group(2));
            end = part.end();
        }
        if (end == 0 || end != text.length()) {
            throw new IllegalArgumentException("must be a duration as 1m30s or 500ms");
        }
        return (long) sum;
    }
}
