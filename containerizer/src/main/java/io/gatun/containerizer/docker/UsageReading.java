package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.Usage;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** The engine's counters as ours: its names for those of cgroup v1 and v2 differ as the kernel's do. */
final class UsageReading {
    private static final double NANOS = 1e9;
    /** memory.limit_in_bytes of an unlimited cgroup v1 is the largest page-aligned number. */
    private static final long UNLIMITED = 1L << 60;

    private UsageReading() {}

    /**
     * Reads.
     *
     * @param stats answer of GET /containers/{id}/stats
     * @param inspect answer of GET /containers/{id}/json, which knows the limits
     */
    static Usage of(JsonNode stats, JsonNode inspect) {
        JsonNode cpu = stats.path("cpu_stats");
        JsonNode throttling = cpu.path("throttling_data");
        JsonNode memory = stats.path("memory_stats");
        JsonNode details = memory.path("stats");
        boolean legacy = details.has("total_rss");
        long anonymous = details.path(legacy ? "total_rss" : "anon").asLong();
        long limit = memory.path("limit").asLong();
        long memoryLimit = inspect.path("HostConfig").path("Memory").asLong();
        int pids = stats.path("pids_stats").path("current").asInt();
        return new Usage(
                timestamp(stats),
                cpu.path("cpu_usage").path("usage_in_usermode").asLong() / NANOS,
                cpu.path("cpu_usage").path("usage_in_kernelmode").asLong() / NANOS,
                cpus(inspect.path("HostConfig")),
                memory.path("usage").asLong(),
                anonymous,
                memoryLimit > 0 && limit < UNLIMITED ? memoryLimit : 0,
                details.path(legacy ? "total_cache" : "file").asLong(),
                anonymous,
                // pids.current counts threads; the engine does not count processes.
                pids,
                pids,
                throttling.path("periods").asLong(),
                throttling.path("throttled_periods").asLong(),
                throttling.path("throttled_time").asLong() / NANOS);
    }

    private static double cpus(JsonNode host) {
        long nano = host.path("NanoCpus").asLong();
        long quota = host.path("CpuQuota").asLong();
        long period = host.path("CpuPeriod").asLong();
        if (nano > 0) {
            return nano / NANOS;
        }
        return quota > 0 && period > 0 ? (double) quota / period : 0;
    }

    private static double timestamp(JsonNode stats) {
        String read = stats.path("read").asText();
        try {
            Instant instant = Instant.parse(read);
            return instant.getEpochSecond() + instant.getNano() / NANOS;
        } catch (DateTimeParseException e) {
            throw new EngineException(0, "docker: stats: read='" + read + "': must be a time", e);
        }
    }
}
