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
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A container's cgroups: made by the agent, what {@link Controllers} set is written next. The child starts in its v2
 * cgroup; v1 cgroups it joins itself, before anything else is charged to it. cgroups(7), cgroup_namespaces(7).
 */
public final class CgroupIsolator implements Isolator {
    @Override
    public List<Row> rows(LaunchContext launch) {
        ContainerConfig config = launch.config();
        Host host = launch.host();
        CgroupHost cgroups = host.cgroups();
        List<Row> rows = new ArrayList<>();
        cgroups.cgroups(config.id()).forEach(directory -> rows.add(new Row.Cgroup(directory)));
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
