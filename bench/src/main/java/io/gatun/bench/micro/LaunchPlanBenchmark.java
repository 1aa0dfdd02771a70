package io.gatun.bench.micro;

import io.gatun.ffm.Arch;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.Identity;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.selection.Isolators;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the agent computes before it clones a task: a host with cgroup v2, all limits, another user. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class LaunchPlanBenchmark {
    private final Host host = new Host(
            Arch.X86_64,
            0,
            0,
            EnumSet.of(Namespace.PID, Namespace.MOUNT, Namespace.IPC, Namespace.UTS, Namespace.CGROUP),
            true,
            new CgroupHost(
                    "gatun", Optional.of(Path.of("/sys/fs/cgroup")), Set.of("cpu", "memory", "pids"), Map.of(), true));
    private final ContainerConfig container = new ContainerConfig(
            "web.1",
            List.of("/usr/bin/httpd", "-f"),
            Map.of("PATH", "/usr/bin:/bin", "PORT0", "31000"),
            Path.of("/run/sandbox"),
            Optional.of("www"),
            new Limits(1.5, 256L << 20, 100),
            Path.of("/run/sandbox/stdout"),
            Path.of("/run/sandbox/stderr"));
    private final Optional<Identity> identity = Optional.of(new Identity(33, 33, List.of(33, 100)));

    private final LaunchContext launch =
            new LaunchContext(container, host, identity, Path.of("/run/gatun/containers/web.1"));
    private final Isolators isolators = Isolators.standard();

    @Benchmark
    public LaunchPlan plan() {
        return isolators.plan(launch);
    }

    @Benchmark
    public SyscallTable planAndChildTable() {
        return isolators.plan(launch).childTable();
    }
}
