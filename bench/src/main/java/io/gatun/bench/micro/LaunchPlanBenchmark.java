package io.gatun.bench.micro;

import io.gatun.ffm.Arch;
import io.gatun.ffm.process.CompiledTable;
import io.gatun.ffm.process.Names;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.ffm.process.Trampoline;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.Identity;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.process.ProgramIsolator;
import io.gatun.isolator.selection.Isolators;
import io.gatun.isolator.template.PlanTemplate;
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
            "web-1",
            List.of("/usr/bin/httpd", "-f"),
            Map.of("PATH", "/usr/bin:/bin", "PORT0", "31000"),
            Path.of("/run/sandbox"),
            Optional.of("www"),
            new Limits(1.5, 256L << 20, 100),
            Path.of("/run/sandbox/stdout"),
            Path.of("/run/sandbox/stderr"));
    private final Optional<Identity> identity = Optional.of(new Identity(33, 33, List.of(33, 100)));

    private final LaunchContext launch =
            new LaunchContext(container, host, identity, Path.of("/run/gatun/containers/web-1"));
    private final Isolators isolators = Isolators.standard();

    private final PlanTemplate template = PlanTemplate.of(isolators, launch).orElseThrow();
    private final CompiledTable child =
            CompiledTable.of(Arch.X86_64, template.plan().childTable(), template.form());
    private final Map<String, Long> bindings = Map.of(
            ProgramIsolator.INIT, 10L,
            ProgramIsolator.TABLE, 11L,
            ProgramIsolator.CHECKPOINT, 12L,
            ProgramIsolator.READY, 13L,
            Trampoline.CHILD_TID, 14L);

    @Benchmark
    public LaunchPlan plan() {
        return isolators.plan(launch);
    }

    @Benchmark
    public SyscallTable planAndChildTable() {
        return isolators.plan(launch).childTable();
    }

    /** From the configuration to the bytes that the child runs. */
    @Benchmark
    public byte[] plannedChild() {
        return CompiledTable.of(Arch.X86_64, isolators.plan(launch).childTable())
                .with(Names.NONE)
                .at(0, bindings);
    }

    /** The same for a container of a kind whose plan was made before. */
    @Benchmark
    public byte[] childOfAKnownKind() {
        return template.isFor(container) && template.holds(launch, isolators.found(launch))
                ? child.with(template.names(launch)).at(0, bindings)
                : plannedChild();
    }
}
