package io.gatun.isolator;

/**
 * What a container may use at most.
 *
 * @param cpus cores, 0 for no limit; held by CFS bandwidth (cpu.max, cpu.cfs_quota_us) and used as its weight
 * @param memoryBytes bytes of memory, page cache included, 0 for no limit; swap is not allowed on top of it
 * @param pids processes and threads together, 0 for no limit
 */
public record Limits(double cpus, long memoryBytes, long pids) {
    /** Nothing limited. */
    public static final Limits NONE = new Limits(0, 0, 0);

    /** cfs_quota_us may not be below 1 ms, the period is 100 ms (kernel/sched/core.c, min_cfs_quota_period). */
    private static final double MIN_CPUS = 0.01;

    public Limits {
        if (!Double.isFinite(cpus) || cpus < 0 || (cpus > 0 && cpus < MIN_CPUS)) {
            throw new IllegalArgumentException(
                    "limits.cpus=" + cpus + ": must be 0 (no limit) or at least " + MIN_CPUS);
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException(
                    "limits.memoryBytes=" + memoryBytes + ": must be 0 (no limit) or positive");
        }
        if (pids < 0) {
            throw new IllegalArgumentException("limits.pids=" + pids + ": must be 0 (no limit) or positive");
        }
    }
}
