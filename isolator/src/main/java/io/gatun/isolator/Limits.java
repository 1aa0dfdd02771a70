package io.gatun.isolator;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a container may use at most, and its share where several want more than there is. Whether a host can hold it to
 * that is another matter; what no host could is refused here, by field, value and rule.
 *
 * @param cpu processor time
 * @param memory memory and swap
 * @param pids processes and threads together, 0 for no limit
 * @param io block devices: each at most once
 * @param ioWeight share of a contended block device, 1 to 10000; 0 for the kernel's default, which is 100
 * @param cpuset processors and memory nodes; empty for all
 * @param hugetlbBytes bytes of huge pages by page size as the kernel names it, such as 2MB or 1GB; a size that is not
 *     named is not limited
 * @param devices what may be done with device nodes besides the usual ones
 */
public record Limits(
        Cpu cpu,
        Memory memory,
        long pids,
        List<IoLimit> io,
        int ioWeight,
        Optional<Cpuset> cpuset,
        Map<String, Long> hugetlbBytes,
        List<DeviceRule> devices) {
    /** Nothing limited. */
    public static final Limits NONE = new Limits(0, 0, 0);

    private static final int MAX_IO_WEIGHT = 10_000;

    public Limits {
        require(pids >= 0, "pids", pids, "must be 0 (no limit) or positive");
        io = List.copyOf(io);
        Set<String> seen = new HashSet<>();
        io.forEach(limit -> require(seen.add(limit.device()), "io", limit.device(), "must name a device once"));
        require(
                ioWeight >= 0 && ioWeight <= MAX_IO_WEIGHT,
                "ioWeight",
                ioWeight,
                "must be 1 to 10000, or 0 for the default");
        hugetlbBytes = java.util.Collections.unmodifiableMap(new TreeMap<>(hugetlbBytes));
        hugetlbBytes.forEach(HugePages::requireMultiple);
        devices = List.copyOf(devices);
    }

    /**
     * The common case: as much as is reserved, and no more.
     *
     * @param cpus cores, both reserved and the limit; 0 for no limit
     * @param memoryBytes bytes at most, without swap; 0 for no limit
     * @param pids processes and threads together, 0 for no limit
     */
    public Limits(double cpus, long memoryBytes, long pids) {
        this(
                new Cpu(cpus, cpus),
                new Memory(0, memoryBytes, 0),
                pids,
                List.of(),
                0,
                Optional.empty(),
                Map.of(),
                List.of());
    }

    /**
     * Processor time.
     *
     * @param request cores that it has a right to when all are wanted: its weight among the others; 0 for an average
     *     one
     * @param limit cores at most, at least 0.01 (1 ms in the 100 ms of a period is the least that the kernel takes); 0
     *     for no limit
     */
    public record Cpu(double request, double limit) {
        private static final double MIN_LIMIT = 0.01;

        public Cpu {
            require(Double.isFinite(request) && request >= 0, "cpus.request", request, "must be 0 (none) or positive");
            require(Double.isFinite(limit) && limit >= 0, "cpus", limit, "must be 0 (no limit) or positive");
            require(limit == 0 || limit >= MIN_LIMIT, "cpus", limit, "must be at least 0.01, or 0 for no limit");
            require(limit == 0 || request <= limit, "cpus.request", request, "must be at most the limit, " + limit);
        }
    }

    /**
     * Memory.
     *
     * @param softBytes bytes that are left to it while others can give some back; 0 for none
     * @param hardBytes bytes at most, page cache included, at least 32 MiB as with Mesos: a launch needs some itself; 0
     *     for no limit
     * @param swapBytes bytes of swap on top of {@code hardBytes}; {@link #UNLIMITED} for no limit of its own; without a
     *     hard limit there is none for swap
     */
    public record Memory(long softBytes, long hardBytes, long swapBytes) {
        /** As much swap as there is. */
        public static final long UNLIMITED = -1;

        private static final long MIN_BYTES = 32L << 20;

        public Memory {
            require(
                    hardBytes == 0 || hardBytes >= MIN_BYTES,
                    "memoryBytes",
                    hardBytes,
                    "must be at least " + MIN_BYTES + " (32 MiB), or 0 for no limit");
            require(softBytes >= 0, "memory.softBytes", softBytes, "must be 0 (none) or positive");
            require(
                    hardBytes == 0 || softBytes <= hardBytes,
                    "memory.softBytes",
                    softBytes,
                    "must be at most the limit, " + hardBytes);
            require(
                    swapBytes >= UNLIMITED,
                    "memory.swapBytes",
                    swapBytes,
                    "must be -1 (no limit), 0 (none) or positive");
            require(hardBytes > 0 || swapBytes <= 0, "memory.swapBytes", swapBytes, "must come with a limit of memory");
        }
    }

    /** Cores at most, 0 for no limit. */
    public double cpus() {
        return cpu.limit();
    }

    /** Bytes of memory at most, 0 for no limit. */
    public long memoryBytes() {
        return memory.hardBytes();
    }

    /** The same with another share and limit of processor time. */
    public Limits with(Cpu newCpu) {
        return new Limits(newCpu, memory, pids, io, ioWeight, cpuset, hugetlbBytes, devices);
    }

    /** The same with other limits of memory. */
    public Limits with(Memory newMemory) {
        return new Limits(cpu, newMemory, pids, io, ioWeight, cpuset, hugetlbBytes, devices);
    }

    /** The same with other limits of block devices. */
    public Limits withIo(List<IoLimit> newIo, int newWeight) {
        return new Limits(cpu, memory, pids, newIo, newWeight, cpuset, hugetlbBytes, devices);
    }

    /** The same on some processors and memory nodes only. */
    public Limits with(Cpuset newCpuset) {
        return new Limits(cpu, memory, pids, io, ioWeight, Optional.of(newCpuset), hugetlbBytes, devices);
    }

    /** The same with other limits of huge pages. */
    public Limits withHugetlbBytes(Map<String, Long> newHugetlbBytes) {
        return new Limits(cpu, memory, pids, io, ioWeight, cpuset, newHugetlbBytes, devices);
    }

    /** The same with other device nodes. */
    public Limits withDevices(List<DeviceRule> newDevices) {
        return new Limits(cpu, memory, pids, io, ioWeight, cpuset, hugetlbBytes, newDevices);
    }

    /** Refuses a value by field and rule, as all limits are. */
    static void require(boolean rule, String field, Object value, String text) {
        if (!rule) {
            throw new IllegalArgumentException("limits." + field + "=" + value + ": " + text);
        }
    }
}
