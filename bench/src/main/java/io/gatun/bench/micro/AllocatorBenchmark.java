package io.gatun.bench.micro;

import io.gatun.master.allocator.Allocation;
import io.gatun.master.allocator.DrfAllocator;
import io.gatun.master.allocator.DrfConfig;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One allocation pass: every agent is free, all of it is allocated and comes back. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class AllocatorBenchmark {
    private static final long NOW_MS = 1_000_000;
    private static final int FRAMEWORKS = 20;
    private static final int ROLES = 5;
    private static final long INTERVAL_MS = 1_000;

    /** Number of agents. */
    @Param({"10", "1000"})
    public int agents = 10;

    private DrfAllocator allocator;

    @Setup
    public void setUp() {
        allocator = new DrfAllocator(new DrfConfig(
                Map.of(), List.of(Resources.parse("cpus:0.01"), Resources.parse("mem:32")), INTERVAL_MS, 42));
        for (int i = 0; i < FRAMEWORKS; i++) {
            FrameworkInfo info = FrameworkInfo.newBuilder()
                    .setUser("u")
                    .setName("f" + i)
                    .setId(FrameworkID.newBuilder().setValue("f" + i))
                    .addCapabilities(
                            FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
                    .addRoles("role" + i % ROLES)
                    .build();
            allocator.addFramework(info, Set.of());
        }
        for (int i = 0; i < agents; i++) {
            allocator.addAgent("s" + i, Resources.parse("cpus:16;mem:64000;disk:900000"), List.of());
        }
    }

    @Benchmark
    public int pass() {
        List<Allocation> allocations = allocator.run(NOW_MS);
        if (allocations.size() != agents) {
            throw new AssertionError(allocations.size() + " allocations for " + agents + " agents");
        }
        for (Allocation a : allocations) {
            allocator.recover(a.frameworkId(), a.role(), a.agentId(), a.resources(), Optional.empty(), NOW_MS);
        }
        return allocations.size();
    }
}
