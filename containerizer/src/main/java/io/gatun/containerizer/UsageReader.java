package io.gatun.containerizer;

import io.gatun.containerizer.cgroup.BlockIo;
import io.gatun.containerizer.cgroup.MemoryUse;
import io.gatun.containerizer.cgroup.PerfSample;
import io.gatun.containerizer.cgroup.Pressure;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Limits;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a container's counters: cgroup-v2.rst, psi.rst; cgroup-v1/memory.rst, cpuacct.rst, blkio-controller.rst; /proc
 * where there is no cgroup. Each file is read once.
 */
final class UsageReader {
    private static final double MICROS = 1e6;
    private static final double NANOS = 1e9;
    private static final double USER_HZ = 100;
    private static final int PAGE_BYTES = 4096;

    private final CgroupHost host;

    UsageReader(CgroupHost host) {
        this.host = host;
    }

    private record Cpu(double user, double system, long periods, long throttled, double throttledSecs) {}

    private record Memory(long total, long anon, long file, MemoryUse more) {}

    private record Count(int processes, int threads) {}

    Usage read(String id, Limits limits, long initPid, Optional<PerfSample> perf) {
        List<Long> tree = host.cgroups(id).isEmpty() ? Proc.tree(initPid) : List.of();
        Cpu cpu = cpu(id, tree);
        Memory memory = memory(id, limits, initPid);
        Count count = tree.isEmpty() ? count(id) : count(tree);
        return new Usage(
                System.currentTimeMillis() / 1e3,
                cpu.user(),
                cpu.system(),
                limits.cpus(),
                memory.total(),
                memory.anon(),
                limits.memoryBytes(),
                memory.file(),
                memory.anon(),
                count.processes(),
                count.threads(),
                cpu.periods(),
                cpu.throttled(),
                cpu.throttledSecs(),
                limits.cpu().request(),
                memory.more(),
                blockIo(id),
                new Usage.Pressures(pressure(id, "cpu"), pressure(id, "memory"), pressure(id, "io")),
                perf);
    }

    private Cpu cpu(String id, List<Long> tree) {
        if (!tree.isEmpty()) {
            return cpu(tree);
        }
        Optional<Path> cpuacct = Optional.ofNullable(host.legacyCgroups(id).get("cpuacct"));
        Map<String, Long> legacy = keyed(host.legacyCgroups(id).get("cpu"), "cpu.stat");
        long periods = legacy.getOrDefault("nr_periods", 0L);
        long throttled = legacy.getOrDefault("nr_throttled", 0L);
        double throttledSecs = legacy.getOrDefault("throttled_time", 0L) / NANOS;
        if (cpuacct.isPresent()) {
            double user = number(cpuacct, "cpuacct.usage_user") / NANOS;
            double system = number(cpuacct, "cpuacct.usage_sys") / NANOS;
            return new Cpu(user, system, periods, throttled, throttledSecs);
        }
        // cpu.stat of v2 counts time even where no controller is enabled.
        Map<String, Long> stat = keyed(host.unifiedCgroup(id).orElse(null), "cpu.stat");
        return new Cpu(
                stat.getOrDefault("user_usec", 0L) / MICROS,
                stat.getOrDefault("system_usec", 0L) / MICROS,
                periods + stat.getOrDefault("nr_periods", 0L),
                throttled + stat.getOrDefault("nr_throttled", 0L),
                throttledSecs + stat.getOrDefault("throttled_usec", 0L) / MICROS);
    }

    private static Cpu cpu(List<Long> tree) {
        double user = 0;
        double system = 0;
        for (long pid : tree) {
            Optional<String[]> stat = Proc.stat(pid);
            // utime, stime, and those of reaped children: fields 14 to 17 of stat.
            user += stat.map(f -> field(f, 14) + field(f, 16)).orElse(0L) / USER_HZ;
            system += stat.map(f -> field(f, 15) + field(f, 17)).orElse(0L) / USER_HZ;
        }
        return new Cpu(user, system, 0, 0, 0);
    }

    private Memory memory(String id, Limits limits, long initPid) {
        Optional<Path> cgroup = host.cgroup("memory", id);
        long soft = limits.memory().softBytes();
        if (cgroup.isPresent()) {
            Map<String, Long> stat = keyed(cgroup.get(), "memory.stat");
            return host.isUnified("memory") ? unified(cgroup, stat, soft) : legacy(cgroup, stat, soft);
        }
        // rss, field 24, in pages; on machines with larger pages only root without cgroups would see too little.
        long rss = Proc.tree(initPid).stream()
                .mapToLong(pid -> Proc.stat(pid).map(f -> field(f, 24)).orElse(0L) * PAGE_BYTES)
                .sum();
        return new Memory(rss, rss, 0, MemoryUse.NONE);
    }

    private static Memory unified(Optional<Path> cgroup, Map<String, Long> stat, long soft) {
        Map<String, Long> events = keyed(cgroup.orElse(null), "memory.events");
        long current = number(cgroup, "memory.current");
        long swap = number(cgroup, "memory.swap.current");
        return new Memory(
                current,
                stat.getOrDefault("anon", 0L),
                stat.getOrDefault("file", 0L),
                new MemoryUse(
                        soft,
                        number(cgroup, "memory.peak"),
                        current + swap,
                        swap,
                        stat.getOrDefault("kernel", 0L),
                        stat.getOrDefault("sock", 0L),
                        stat.getOrDefault("file_mapped", 0L),
                        stat.getOrDefault("shmem", 0L),
                        stat.getOrDefault("unevictable", 0L),
                        events.getOrDefault("max", 0L),
                        events.getOrDefault("oom_kill", 0L)));
    }

    private static Memory legacy(Optional<Path> cgroup, Map<String, Long> stat, long soft) {
        long usage = number(cgroup, "memory.usage_in_bytes");
        long swap = stat.getOrDefault("total_swap", 0L);
        return new Memory(
                usage,
                stat.getOrDefault("total_rss", 0L),
                stat.getOrDefault("total_cache", 0L),
                new MemoryUse(
                        soft,
                        number(cgroup, "memory.max_usage_in_bytes"),
                        usage + swap,
                        swap,
                        number(cgroup, "memory.kmem.usage_in_bytes"),
                        number(cgroup, "memory.kmem.tcp.usage_in_bytes"),
                        stat.getOrDefault("total_mapped_file", 0L),
                        stat.getOrDefault("total_shmem", 0L),
                        stat.getOrDefault("total_unevictable", 0L),
                        number(cgroup, "memory.failcnt"),
                        keyed(cgroup.orElse(null), "memory.oom_control").getOrDefault("oom_kill", 0L)));
    }

    private List<BlockIo> blockIo(String id) {
        Optional<Path> legacy = Optional.ofNullable(host.legacyCgroups(id).get("blkio"));
        if (legacy.isPresent()) {
            return BlockIo.legacy(
                    text(legacy.get(), "blkio.throttle.io_service_bytes_recursive"),
                    text(legacy.get(), "blkio.throttle.io_serviced_recursive"));
        }
        // io.stat exists with the controller only.
        return host.isUnified("io")
                ? BlockIo.unified(text(host.unifiedCgroup(id).orElseThrow(), "io.stat"))
                : List.of();
    }

    private Optional<Pressure> pressure(String id, String resource) {
        return host.unifiedCgroup(id).flatMap(cgroup -> Pressure.parse(text(cgroup, resource + ".pressure")));
    }

    private Count count(String id) {
        Path cgroup = host.cgroups(id).getFirst();
        boolean unified = host.unifiedCgroup(id).isPresent();
        return new Count(
                Cgroups.lines(cgroup, "cgroup.procs"), Cgroups.lines(cgroup, unified ? "cgroup.threads" : "tasks"));
    }

    private static Count count(List<Long> tree) {
        int threads = tree.stream()
                .mapToInt(pid -> Proc.stat(pid).map(f -> (int) field(f, 20)).orElse(0))
                .sum();
        return new Count(tree.size(), threads);
    }

    private static String text(Path cgroup, String file) {
        return CgroupFiles.read(cgroup.resolve(file)).orElse("");
    }

    private static long number(Optional<Path> cgroup, String file) {
        return cgroup.flatMap(directory -> CgroupFiles.number(directory.resolve(file)))
                .orElse(0L);
    }

    private static Map<String, Long> keyed(Path cgroup, String file) {
        Map<String, Long> values = new HashMap<>();
        if (cgroup != null) {
            text(cgroup, file).lines().forEach(line -> {
                int space = line.indexOf(' ');
                String digits = line.substring(space + 1).strip();
                if (space > 0 && digits.matches("\\d{1,18}")) {
                    values.put(line.substring(0, space), Long.parseLong(digits));
                }
            });
        }
        return values;
    }

    /** A field of stat by its number in the manual, where the third is the first of these. */
    private static long field(String[] fields, int number) {
        return Long.parseLong(fields[number - 3]);
    }
}
