package io.gatun.containerizer;

import io.gatun.containerizer.cgroup.BlockIo;
import io.gatun.containerizer.cgroup.MemoryUse;
import io.gatun.containerizer.cgroup.PerfSample;
import io.gatun.containerizer.cgroup.Pressure;
import java.util.List;
import java.util.Optional;

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
 * @param cpusSoftLimit cores that it asked for, which give its weight; 0 for none
 * @param memory more of its memory
 * @param blockIo by device; empty without the isolator cgroups/blkio
 * @param pressure how long it waited for what
 * @param perf events of the last sample; empty without the isolator cgroups/perf_event
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
        double cpusThrottledTimeSecs,
        double cpusSoftLimit,
        MemoryUse memory,
        List<BlockIo> blockIo,
        Pressures pressure,
        Optional<PerfSample> perf) {
    public Usage {
        blockIo = List.copyOf(blockIo);
    }

    /** What every host can count. */
    public Usage(
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
            double cpusThrottledTimeSecs) {
        this(
                timestamp,
                cpusUserTimeSecs,
                cpusSystemTimeSecs,
                cpusLimit,
                memTotalBytes,
                memRssBytes,
                memLimitBytes,
                memFileBytes,
                memAnonBytes,
                processes,
                threads,
                cpusNrPeriods,
                cpusNrThrottled,
                cpusThrottledTimeSecs,
                cpusLimit,
                MemoryUse.NONE,
                List.of(),
                Pressures.NONE,
                Optional.empty());
    }

    /** Pressure by resource; empty where the kernel does not measure it, which needs cgroup v2 and psi=1. */
    public record Pressures(Optional<Pressure> cpu, Optional<Pressure> memory, Optional<Pressure> io) {
        /** Nothing measured. */
        public static final Pressures NONE = new Pressures(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
