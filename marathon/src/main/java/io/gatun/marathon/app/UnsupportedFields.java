package io.gatun.marathon.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * Fields that Marathon knows and this version does not act on. They are refused unless they say nothing (null, empty,
 * zero or the only value there is): an app must never run without something that its owner asked for.
 */
final class UnsupportedFields {
    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("constraints", "placement constraints are not supported yet"),
            Map.entry("fetch", "fetching files is not supported yet"),
            Map.entry("uris", "fetching files is not supported yet"),
            Map.entry("healthChecks", "health checks are not supported yet"),
            Map.entry("check", "checks are not supported yet"),
            Map.entry("readinessChecks", "readiness checks are not supported yet"),
            Map.entry("secrets", "secrets are not supported yet"),
            Map.entry("residency", "persistent volumes are not supported yet"),
            Map.entry("volumes", "volumes are not supported yet"),
            Map.entry("resourceLimits", "limits above the request are not supported yet"),
            Map.entry("executor", "custom executors are not supported yet"),
            Map.entry("executorResources", "custom executors are not supported yet"),
            Map.entry("ipAddress", "is not supported any more: give networks"),
            Map.entry("gpus", "GPUs are not supported yet"),
            Map.entry("tty", "terminals are not supported yet"));

    private UnsupportedFields() {}

    static void check(Fields app, String frameworkRole) {
        REASONS.keySet().stream().sorted().forEach(field -> {
            JsonNode value = app.get(field);
            if (!saysNothing(value)) {
                app.broken(field, REASONS.get(field) + ", was " + value);
            }
        });
        app.text("role")
                .filter(role -> !role.equals(frameworkRole))
                .ifPresent(role -> app.broken(
                        "role", "must be '" + frameworkRole + "', the role of this Marathon, was '" + role + "'"));
    }

    private static boolean saysNothing(JsonNode value) {
        if (value.isContainerNode()) {
            return value.isEmpty();
        }
        return value.isMissingNode() || Set.of("", "false", "0", "0.0").contains(value.asText());
    }
}
