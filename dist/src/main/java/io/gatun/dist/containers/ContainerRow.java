package io.gatun.dist.containers;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One container, as an agent's {@code /containers} tells of it at two moments.
 *
 * @param id dotted, when it is nested
 * @param executor whose it is; empty for nested and standalone ones
 * @param state of its life
 * @param progress of what a launch is waiting for; empty otherwise
 * @param pid of its init, 0 when unknown
 * @param cpus cores used between the two moments
 * @param cpusLimit 0 for none
 * @param memoryBytes resident now
 * @param memoryLimitBytes 0 for none
 * @param pids processes and threads
 */
record ContainerRow(
        String id,
        String executor,
        String state,
        String progress,
        long pid,
        double cpus,
        double cpusLimit,
        long memoryBytes,
        long memoryLimitBytes,
        long pids) {
    /** @param earlier what was told of the same container before; missing for a new one, whose use is then unknown: 0 */
    static ContainerRow of(JsonNode earlier, JsonNode later) {
        JsonNode statistics = later.path("statistics");
        return new ContainerRow(
                later.path("container_id").asText(),
                later.path("executor_id").asText(""),
                later.path("state").asText("-"),
                later.path("progress").asText(""),
                later.path("status").path("executor_pid").asLong(),
                rate(earlier.path("statistics"), statistics),
                statistics.path("cpus_limit").asDouble(),
                statistics.path("mem_total_bytes").asLong(),
                statistics.path("mem_limit_bytes").asLong(),
                Math.max(
                        statistics.path("threads").asLong(),
                        statistics.path("processes").asLong()));
    }

    private static double rate(JsonNode earlier, JsonNode later) {
        double seconds =
                later.path("timestamp").asDouble() - earlier.path("timestamp").asDouble();
        double used = cpuSeconds(later) - cpuSeconds(earlier);
        return earlier.isMissingNode() || seconds <= 0 ? 0 : Math.max(0, used / seconds);
    }

    private static double cpuSeconds(JsonNode statistics) {
        return statistics.path("cpus_user_time_secs").asDouble()
                + statistics.path("cpus_system_time_secs").asDouble();
    }
}
