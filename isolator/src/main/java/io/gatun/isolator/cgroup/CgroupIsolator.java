package io.gatun.isolator.cgroup;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Limits and accounting; cgroup-v2.rst, and cgroup-v1/*.rst for hosts that still have those hierarchies. The child
 * starts in its v2 cgroup; v1 cgroups it joins itself, before anything else is charged to it.
 */
public final class CgroupIsolator implements Isolator {
    private static final long PERIOD_US = 100_000;
    private static final long MIN_QUOTA_US = 1_000;
    private static final long MIN_MEMORY_BYTES = 32L << 20;
    private static final long SHARES_PER_CPU = 1024;
    private static final long MIN_SHARES = 2;
    private static final long WEIGHT_PER_CPU = 100;
    private static final long MAX_WEIGHT = 10_000;

    @Override
    public List<Row> rows(LaunchContext launch) {
        ContainerConfig config = launch.config();
        Host host = launch.host();
        CgroupHost cgroups = host.cgroups();
        List<Row> rows = new ArrayList<>();
        cgroups.cgroups(config.id()).forEach(directory -> rows.add(new Row.Cgroup(directory)));
        cgroups.cgroup("cpu", config.id())
                .ifPresent(cgroup -> cpu(rows, cgroup, config.limits(), cgroups.isUnified("cpu")));
        cgroups.cgroup("memory", config.id()).ifPresent(cgroup -> memory(rows, cgroup, config.limits(), cgroups));
        cgroups.cgroup("pids", config.id()).ifPresent(cgroup -> pids(rows, cgroup, config.limits()));
        cgroups.unifiedCgroup(config.id()).ifPresent(cgroup -> rows.add(new Row.StartIn(cgroup)));
        Set<Path> joined = new HashSet<>();
        cgroups.legacyCgroups(config.id()).forEach((controller, cgroup) -> {
            if (joined.add(cgroup)) {
                join(rows, controller, cgroup);
            }
        });
        if (host.has(Namespace.CGROUP)) {
            rows.add(new Row.InChild(
                    Phase.CGROUP,
                    SyscallRecord.of(
                            Syscall.UNSHARE,
                            "CLONE_NEWCGROUP",
                            Operand.named(Namespace.CGROUP.flag(), Namespace.CGROUP.flagName()))));
        }
        return rows;
    }

    private static void cpu(List<Row> rows, Path cgroup, Limits limits, boolean unified) {
        if (limits.cpus() == 0) {
            return;
        }
        long quotaUs = Math.max(MIN_QUOTA_US, Math.round(limits.cpus() * PERIOD_US));
        if (unified) {
            // cpu.weight: 1 to 10000, 100 by default. cpu.max: "QUOTA PERIOD", both in microseconds.
            long weight = Math.clamp(Math.round(limits.cpus() * WEIGHT_PER_CPU), 1L, MAX_WEIGHT);
            rows.add(new Row.Write(cgroup.resolve("cpu.weight"), Long.toString(weight)));
            rows.add(new Row.Write(cgroup.resolve("cpu.max"), quotaUs + " " + PERIOD_US));
        } else {
            // cpu.shares: at least 2, 1024 by default.
            long shares = Math.max(MIN_SHARES, Math.round(limits.cpus() * SHARES_PER_CPU));
            rows.add(new Row.Write(cgroup.resolve("cpu.shares"), Long.toString(shares)));
            rows.add(new Row.Write(cgroup.resolve("cpu.cfs_period_us"), Long.toString(PERIOD_US)));
            rows.add(new Row.Write(cgroup.resolve("cpu.cfs_quota_us"), Long.toString(quotaUs)));
        }
    }

    private static void memory(List<Row> rows, Path cgroup, Limits limits, CgroupHost cgroups) {
        boolean unified = cgroups.isUnified("memory");
        if (unified) {
            // A task of which the kernel killed only a part is worse than a dead one.
            rows.add(new Row.Write(cgroup.resolve("memory.oom.group"), "1"));
        }
        if (limits.memoryBytes() == 0) {
            return;
        }
        String bytes = Long.toString(Math.max(MIN_MEMORY_BYTES, limits.memoryBytes()));
        rows.add(new Row.Write(cgroup.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), bytes));
        if (cgroups.swapLimit()) {
            // v1 counts memory and swap together, and wants this limit at or above the other: so it comes second.
            rows.add(
                    unified
                            ? new Row.Write(cgroup.resolve("memory.swap.max"), "0")
                            : new Row.Write(cgroup.resolve("memory.memsw.limit_in_bytes"), bytes));
        }
    }

    private static void pids(List<Row> rows, Path cgroup, Limits limits) {
        if (limits.pids() > 0) {
            // One more for the init, which the user does not know of. The file is the same in v1 and v2.
            rows.add(new Row.Write(cgroup.resolve("pids.max"), Long.toString(limits.pids() + 1)));
        }
    }

    private static void join(List<Row> rows, String controller, Path cgroup) {
        String descriptor = controller + "_tasks";
        // A write to cgroup.procs takes the lock that every fork takes for reading, which costs an RCU grace period
        // of several milliseconds. A thread that moves itself by "tasks" is spared that; Linux 5.6. The child has
        // but one (cgroup_procs_write_start in kernel/cgroup/cgroup.c).
        String file = cgroup.resolve("tasks").toString();
        rows.add(new Row.InChild(
                Phase.CGROUP,
                SyscallRecord.of(
                                Syscall.OPENAT,
                                file,
                                Operand.named(Fd.AT_FDCWD, "AT_FDCWD"),
                                Operand.text(file),
                                Operand.named(Fd.O_WRONLY | Fd.O_CLOEXEC, "O_WRONLY|O_CLOEXEC"),
                                Operand.of(0))
                        .as(descriptor)));
        // "0" means the writer, whatever its pid namespace calls it.
        rows.add(new Row.InChild(
                Phase.CGROUP,
                SyscallRecord.of(
                        Syscall.WRITE, file, new Operand.Result(descriptor), Operand.text("0"), Operand.of(1))));
    }
}
