package io.gatun.isolator;

/**
 * What a container may use at most.
 *
 * @param cpus cores, 0 for no limit; held by CFS bandwidth (at least 1 ms in 100 ms) and used
 *     as the weight
 * @param memoryBytes bytes of memory, page cache included, 0 for no limit; swap is not
 *     allowed on top of it. Less than 32 MiB count as 32 MiB, as with Mesos: the launch itself needs some
 * @param pids processes and threads together, 0 for no limit
 */
public record Limits(double cpus, long memoryBytes, long pids) {
    /** Nothing limited. */
    public static final Limits NONE = new Limits(0, 0, 0);

    public Limits {
        if (!Double.isFinite(cpus) || cpus < 0) {
            throw new IllegalArgumentException("limits.cpus=" + cpus + ": must be 0 (no limit) or positive");
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
