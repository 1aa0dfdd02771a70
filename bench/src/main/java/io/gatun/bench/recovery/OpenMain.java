package io.gatun.bench.recovery;

import io.gatun.bench.BenchException;
import io.gatun.master.OperatorSink;
import io.gatun.master.allocator.DrfAllocator;
import io.gatun.master.allocator.DrfConfig;
import io.gatun.master.registry.Kind;
import io.gatun.master.registry.NodeRegistryLog;
import io.gatun.master.registry.RegistryView;
import io.gatun.master.runtime.EpochClock;
import io.gatun.master.runtime.StateThread;
import io.gatun.master.runtime.Streams;
import io.gatun.master.state.AgentRules;
import io.gatun.master.state.Ids;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.master.state.MasterState;
import io.gatun.master.state.StateConfig;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.master.Event;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/** Opens a log as a master that was started again does, until its term takes calls: {@code DIRECTORY AGENTS TASKS}. */
final class OpenMain {
    private static final double NS_PER_MS = 1e6;
    private static final long NEVER_MS = 600_000;
    private static final int MANY = 1_000;

    private OpenMain() {}

    public static void main(String[] args) throws Exception {
        LoggerFactory.getLogger(OpenMain.class).debug("a master has this behind it when it opens its log");
        long begun = System.nanoTime();
        try (Replicas replica = new Replicas(Path.of(args[0]), () -> {})) {
            RegistryView registry = replica.lead();
            require("agents", Integer.parseInt(args[1]), registry.count(Kind.AGENT));
            require("tasks", Integer.parseInt(args[2]), registry.count(Kind.TASK));
            CompletableFuture<StateThread> ready = new CompletableFuture<>();
            try (StateThread term = term(replica, ready)) {
                term.start(registry);
                ready.join();
                long end = System.nanoTime();
                Probe probe = replica.probe();
                Figures.tell("files", (probe.restoreNs() - begun) / NS_PER_MS);
                Figures.tell("restored", (probe.restoredNs() - probe.restoreNs()) / NS_PER_MS);
                Figures.tell("applied", (probe.leadingNs() - probe.restoredNs()) / NS_PER_MS);
                Figures.tell("ready", (end - probe.leadingNs()) / NS_PER_MS);
                Figures.tell("total", (end - begun) / NS_PER_MS);
                Figures.tell(
                        "process",
                        System.currentTimeMillis()
                                - ManagementFactory.getRuntimeMXBean().getStartTime());
                require(
                        "tasks of the term",
                        Integer.parseInt(args[2]),
                        term.snapshot().frameworks().getFirst().tasks().size());
                tellMemory();
            }
        }
        System.exit(0);
    }

    private static void require(String what, int expected, int found) {
        if (found != expected) {
            throw new BenchException("the log has " + found + " " + what + ", expected " + expected);
        }
    }

    private static void tellMemory() throws IOException {
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == java.lang.management.MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        System.gc();
        Figures.tell("heap_peak", peak >> 20);
        Figures.tell(
                "heap_live",
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20);
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                Figures.tell("rss_peak", Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10);
            }
        }
    }

    private static StateThread term(Replicas replica, CompletableFuture<StateThread> ready) {
        EpochClock clock = new EpochClock();
        MasterInfo master = MasterInfo.newBuilder()
                .setId("bench")
                .setIp(0x7F000001)
                .setPort(5050)
                .build();
        StateConfig config = new StateConfig(
                master,
                clock.nowMs(),
                clock.nowMs(),
                MANY,
                new AgentRules(NEVER_MS, 5, NEVER_MS, Optional.empty(), 1, 1, NEVER_MS, NEVER_MS, MANY),
                OptionalLong.empty(),
                Set.of(),
                Map.of(),
                MANY,
                MANY,
                MANY);
        DrfAllocator allocator =
                new DrfAllocator(new DrfConfig(Map.of(), List.of(Resources.parse("cpus:0.01")), MANY, 1));
        StateThread.Outlets outlets = new StateThread.Outlets(
                new NodeRegistryLog(replica.node()).term(),
                Duration.ofMinutes(1),
                new Streams(),
                new Nobody(),
                storeNs -> {},
                allocationNs -> {});
        return new StateThread(
                new MasterState(config, new Ids("bench"), allocator), outlets, clock, new StateThread.Owner() {
                    @Override
                    public void ready(StateThread thread) {
                        ready.complete(thread);
                    }

                    @Override
                    public void failed(Throwable cause) {
                        ready.completeExceptionally(cause);
                    }
                });
    }

    /** No operator listens. */
    private static final class Nobody implements OperatorSink {
        @Override
        public void publish(MasterSnapshot after, List<Event> events) {
            // Nobody is told.
        }

        @Override
        public void closeAll() {
            // Nobody is there.
        }
    }
}
