package io.gatun.containerizer;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads a container's counters: cgroup-v2.rst; cgroup-v1/memory.rst, cpuacct.rst; /proc where there is no cgroup. */
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

    private record Memory(long total, long anon, long file) {}

    private record Count(int processes, int threads) {}

    Usage read(String id, Limits limits, long initPid) {
        List<Long> tree = host.cgroups(id).isEmpty() ? Proc.tree(initPid) : List.of();
        Cpu cpu = cpu(id, initPid);
        Memory memory = memory(id, initPid);
        Count count = count(id, tree);
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
                cpu.throttledSecs());
    }

    private Cpu cpu(String id, long initPid) {
        // cpu.stat of v2 counts time even where no controller is enabled.
        Optional<Path> unified = host.unifiedCgroup(id).map(cgroup -> cgroup.resolve("cpu.stat"));
        Optional<Path> cpuacct = Optional.ofNullable(host.legacyCgroups(id).get("cpuacct"));
        Path legacyStat = host.legacyCgroups(id)
                .getOrDefault("cpu", Path.of("/nonexistent"))
                .resolve("cpu.stat");
        long periods = CgroupFiles.keyed(legacyStat, "nr_periods");
        long throttled = CgroupFiles.keyed(legacyStat, "nr_throttled");
        double throttledSecs = CgroupFiles.keyed(legacyStat, "throttled_time") / NANOS;
        if (cpuacct.isPresent()) {
            return new Cpu(
                    CgroupFiles.number(cpuacct.get().resolve("cpuacct.usage_user"))
                                    .orElse(0L)
                            / NANOS,
                    CgroupFiles.number(cpuacct.get().resolve("cpuacct.usage_sys"))
                                    .orElse(0L)
                            / NANOS,
                    periods,
                    throttled,
                    throttledSecs);
        }
        if (unified.isPresent()) {
            Path stat = unified.get();
            return new Cpu(
                    CgroupFiles.keyed(stat, "user_usec") / MICROS,
                    CgroupFiles.keyed(stat, "system_usec") / MICROS,
                    periods + CgroupFiles.keyed(stat, "nr_periods"),
                    throttled + CgroupFiles.keyed(stat, "nr_throttled"),
                    throttledSecs + CgroupFiles.keyed(stat, "throttled_usec") / MICROS);
        }
        double user = 0;
        double system = 0;
        for (long pid : Proc.tree(initPid)) {
            // utime, stime, and those of reaped children: fields 14 to 17 of stat.
            user += Proc.stat(pid).map(f -> field(f, 14) + field(f, 16)).orElse(0L) / USER_HZ;
            system += Proc.stat(pid).map(f -> field(f, 15) + field(f, 17)).orElse(0L) / USER_HZ;
        }
        return new Cpu(user, system, periods, throttled, throttledSecs);
    }

    private Memory memory(String id, long initPid) {
        Optional<Path> cgroup = host.cgroup("memory", id);
        if (cgroup.isPresent() && host.isUnified("memory")) {
            Path stat = cgroup.get().resolve("memory.stat");
            return new Memory(
                    CgroupFiles.number(cgroup.get().resolve("memory.current")).orElse(0L),
                    CgroupFiles.keyed(stat, "anon"),
                    CgroupFiles.keyed(stat, "file"));
        }
        if (cgroup.isPresent()) {
            Path stat = cgroup.get().resolve("memory.stat");
            return new Memory(
                    CgroupFiles.number(cgroup.get().resolve("memory.usage_in_bytes"))
                            .orElse(0L),
                    CgroupFiles.keyed(stat, "total_rss"),
                    CgroupFiles.keyed(stat, "total_cache"));
        }
        // rss, field 24, in pages; on machines with larger pages only root without cgroups would see too little.
        long rss = Proc.tree(initPid).stream()
                .mapToLong(pid -> Proc.stat(pid).map(f -> field(f, 24)).orElse(0L) * PAGE_BYTES)
                .sum();
        return new Memory(rss, rss, 0);
    }

    private Count count(String id, List<Long> tree) {
        if (!tree.isEmpty()) {
            return new Count(
                    tree.size(),
                    tree.stream()
                            .mapToInt(pid ->
                                    Proc.stat(pid).map(f -> (int) field(f, 20)).orElse(0))
                            .sum());
        }
        Path cgroup = host.cgroups(id).getFirst();
        boolean unified = host.unifiedCgroup(id).isPresent();
        int threads = CgroupFiles.read(cgroup.resolve(unified ? "cgroup.threads" : "tasks"))
                .map(text -> (int) text.lines().count())
                .orElse(0);
        return new Count(CgroupFiles.processes(cgroup).size(), threads);
    }

    /** A field of stat by its number in the manual, where the third is the first of these. */
    private static long field(String[] fields, int number) {
        return Long.parseLong(fields[number - 3]);
    }
}
