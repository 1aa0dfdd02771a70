package io.gatun.containerizer;

/**
 * What a container uses, as the kernel counts it; the fields that Mesos' ResourceStatistics names. What the host
 * cannot count is 0.
 *
 * @param timestamp when this was read, seconds since 1970
 * @param cpusUserTimeSecs CPU seconds in user mode
 * @param cpusSystemTimeSecs CPU seconds in the kernel
 * @param cpusLimit cores, 0 for no limit
 * @param memTotalBytes memory.current, v1 memory.usage_in_bytes: all that is charged, page cache included
 * @param memRssBytes anonymous memory, in bytes
 * @param memLimitBytes bytes, 0 for no limit
 * @param memFileBytes page cache, in bytes
 * @param memAnonBytes anonymous memory, in bytes
 * @param processes in the container, the init included
 * @param threads in the container, the init included
 * @param cpusNrPeriods CFS periods that have passed while it was runnable
 * @param cpusNrThrottled of these, the ones in which it was held back
 * @param cpusThrottledTimeSecs seconds for which it was held back
 */
public record Usage(
        double timestamp,
        double cpusUserTimeSecs,
        double cpusSystemTimeSecs,
        double cpusLimit,
        long memTotalBytes,
        long memRssBytes,
        long memLimitBytes,
        long memFileBytes,
        long memAnonBytes,
        int processes,
        int threads,
        long cpusNrPeriods,
        long cpusNrThrottled,
        double cpusThrottledTimeSecs) {}
