package io.gatun.containerizer;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.LaunchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * An agent that comes after one that was killed: it recovers, checks that nothing is left but the container that has to
 * run on, then launches and destroys another one and is killed at a given point of that.
 *
 * <p>Exit status: 0 it came to the end, 3 something is not as promised and standard output tells what.
 */
final class FaultedAgent {
    static final int BROKEN = 3;
    private static final long SETTLE_MS = 60_000;

    private final Path directory;
    private final FaultScenario scenario;
    private final LinuxContainerizer containerizer;

    private FaultedAgent(Path directory, FaultScenario scenario, UnaryOperator<LaunchPlan> rows) {
        this.directory = directory;
        this.scenario = scenario;
        this.containerizer = scenario.open(directory, rows);
    }

    /** Arguments: directory, scenario, point. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        FaultPoint point = FaultPoint.parse(args[2]);
        RowFault rows = new RowFault(point, directory.resolve("rows"));
        try {
            FaultedAgent agent = new FaultedAgent(directory, FaultScenario.valueOf(args[1]), rows);
            agent.recover();
            rows.arm();
            agent.launchAndDestroy(point);
            agent.containerizer.close();
        } catch (AssertionError | RuntimeException e) {
            e.printStackTrace(System.out);
            System.out.flush();
            Runtime.getRuntime().halt(BROKEN);
        }
        System.exit(0);
    }

    private void recover() throws Exception {
        boolean acknowledged = Files.exists(directory.resolve("acknowledged"));
        boolean stopping = Files.exists(directory.resolve("stopping"));
        Path steady = directory.resolve("steady");
        Set<String> expected = new HashSet<>();
        if (Files.exists(steady)) {
            expected.add("steady");
        }
        if (acknowledged) {
            expected.add(scenario.victim());
        }
        containerizer.recover(expected);
        // A nested container is expected with the one that it is in, and so is there even if nobody was told of it.
        if (acknowledged || ContainerConfig.parentOf(scenario.victim()).isPresent()) {
            end(scenario.victim(), stopping || !acknowledged);
        }
        forgetVictim();
        if (!Files.exists(steady)) {
            Container container = containerizer.launch(scenario.config("steady", directory));
            scenario.prepare(containerizer, directory);
            Files.writeString(directory.resolve("baseline"), HostTraces.take(directory, scenario.root(directory)));
            Files.writeString(steady, Long.toString(container.pid()));
        }
        requireSame(Long.parseLong(Files.readString(steady)));
        requireNothingElse(Files.readString(directory.resolve("baseline")));
    }

    /**
     * Ends a container that was acknowledged as running.
     *
     * @param stopping whether its end had been asked for; only then it may be gone
     */
    private void end(String id, boolean stopping) throws Exception {
        boolean runs = containerizer.containers().stream()
                .anyMatch(container -> container.id().equals(id));
        if (!runs && !stopping) {
            throw new AssertionError("container " + id + " was acknowledged as running, and is lost; known: "
                    + containerizer.containers());
        }
        try {
            containerizer.destroy(id).get();
            containerizer.remove(id);
        } catch (IllegalArgumentException e) {
            if (runs) {
                throw e;
            }
        }
    }

    private void forgetVictim() throws IOException {
        Files.deleteIfExists(directory.resolve("acknowledged"));
        Files.deleteIfExists(directory.resolve("stopping"));
    }

    private void requireSame(long pid) {
        List<Container> running = containerizer.containers();
        if (running.size() != 1
                || running.getFirst().pid() != pid
                || Proc.startTime(pid).isEmpty()) {
            throw new AssertionError("steady, process " + pid + ", should run and nothing else: " + running);
        }
    }

    /** What the kernel takes away after the last process gets a moment. */
    private void requireNothingElse(String baseline) throws Exception {
        long deadline = System.nanoTime() + SETTLE_MS * 1_000_000;
        String found = HostTraces.take(directory, scenario.root(directory));
        while (!found.equals(baseline) && System.nanoTime() - deadline < 0) {
            Thread.sleep(5);
            found = HostTraces.take(directory, scenario.root(directory));
        }
        if (!found.equals(baseline)) {
            throw new AssertionError("not as before:\n" + HostTraces.difference(baseline, found));
        }
    }

    private void launchAndDestroy(FaultPoint point) throws Exception {
        Thread victim = Thread.ofPlatform().name("victim").start(() -> {
            try {
                StraceFault strace = StraceFault.attach(point, directory);
                ContainerConfig config = scenario.config(scenario.victim(), directory);
                containerizer.launch(config);
                Files.writeString(directory.resolve("acknowledged"), "");
                containerizer.usage(scenario.victim());
                Files.writeString(directory.resolve("stopping"), "");
                containerizer.destroy(scenario.victim()).get();
                containerizer.remove(scenario.victim());
                forgetVictim();
                strace.detach();
            } catch (Exception e) {
                e.printStackTrace(System.out);
                Runtime.getRuntime().halt(BROKEN);
            }
        });
        victim.join();
    }
}
