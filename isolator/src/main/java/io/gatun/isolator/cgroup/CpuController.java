package io.gatun.isolator.cgroup;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code cgroups/cpu}: the request is the weight among the others, the limit is held by CFS bandwidth; "CPU" in
 * cgroup-v2.rst, scheduler/sched-bwc.rst.
 */
final class CpuController implements Controller {
    /** The kernel's default, which so need not be written. */
    private static final long PERIOD_US = 100_000;

    private static final String NO_QUOTA = "-1";
    private static final long SHARES_PER_CPU = 1024;
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;
    private static final long WEIGHT_PER_CPU = 100;
    private static final long MAX_WEIGHT = 10_000;

    @Override
    public String isolator() {
        return "cgroups/cpu";
    }

    @Override
    public List<String> controllers() {
        return List.of("cpu", "cpuacct");
    }

    @Override
    public List<Setting> settings(String id, Limits limits, CgroupHost host) {
        Optional<Path> cgroup = host.cgroup("cpu", id);
        if (cgroup.isEmpty()) {
            return List.of();
        }
        Limits.Cpu cpu = limits.cpu();
        return host.isUnified("cpu") ? unified(cgroup.get(), cpu) : legacy(cgroup.get(), cpu);
    }

    private static List<Setting> unified(Path cgroup, Limits.Cpu cpu) {
        // cpu.max: "QUOTA PERIOD" in microseconds.
        String period = " " + PERIOD_US;
        return List.of(
                new Setting(
                        cgroup.resolve("cpu.weight"),
                        share(cpu, WEIGHT_PER_CPU, 1, MAX_WEIGHT),
                        Long.toString(WEIGHT_PER_CPU)),
                new Setting(
                        cgroup.resolve("cpu.max"),
                        cpu.limit() == 0 ? "max" + period : quotaUs(cpu) + period,
                        "max" + period));
    }

    private static List<Setting> legacy(Path cgroup, Limits.Cpu cpu) {
        return List.of(
                new Setting(
                        cgroup.resolve("cpu.shares"),
                        share(cpu, SHARES_PER_CPU, MIN_SHARES, MAX_SHARES),
                        Long.toString(SHARES_PER_CPU)),
                new Setting(
                        cgroup.resolve("cpu.cfs_quota_us"),
                        cpu.limit() == 0 ? NO_QUOTA : Long.toString(quotaUs(cpu)),
                        NO_QUOTA));
    }

    private static String share(Limits.Cpu cpu, long perCpu, long min, long max) {
        double cpus = cpu.request() == 0 ? 1 : cpu.request();
        return Long.toString(Math.clamp(Math.round(cpus * perCpu), min, max));
    }

    private static long quotaUs(Limits.Cpu cpu) {
        return Math.round(cpu.limit() * PERIOD_US);
    }

    @Override
    public List<String> asked(Limits limits) {
        return limits.cpu().limit() > 0 || limits.cpu().request() > 0 ? List.of("cpus") : List.of();
    }
}
