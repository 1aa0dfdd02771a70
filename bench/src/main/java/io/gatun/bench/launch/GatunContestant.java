package io.gatun.bench.launch;

import io.gatun.bench.BenchException;
import io.gatun.containerizer.ContainerizerConfig;
import io.gatun.containerizer.LinuxContainerizer;
import io.gatun.containerizer.Termination;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The agent's own containerizer: checkpoint, cgroups, namespaces, init, program, and all of it away again. */
final class GatunContestant implements Contestant, AutoCloseable {
    private static final long TIMEOUT_S = 10;

    private final LinuxContainerizer containerizer;
    private final Path folder;
    private final Limits limits;
    private int number;

    GatunContestant(Path folder, Limits limits) {
        this.folder = folder;
        this.limits = limits;
        this.containerizer =
                LinuxContainerizer.open(new ContainerizerConfig(folder.resolve("run"), "gatun-bench", true));
    }

    /** What isolation is off here and why. */
    List<String> degradations() {
        return containerizer.degradations();
    }

    @Override
    public String name() {
        return "Gatun";
    }

    @Override
    public void runOnce() throws Exception {
        String id = "true" + ++number;
        containerizer.launch(new ContainerConfig(
                id,
                List.of(LaunchCommand.PROGRAM),
                Map.of("PATH", "/usr/bin:/bin"),
                folder,
                Optional.empty(),
                limits,
                folder.resolve("stdout"),
                folder.resolve("stderr")));
        Termination end = containerizer.termination(id).get(TIMEOUT_S, TimeUnit.SECONDS);
        containerizer.remove(id);
        if (end.waitStatus() != 0) {
            throw new BenchException("Gatun: " + LaunchCommand.PROGRAM + ": " + end);
        }
    }

    @Override
    public void close() {
        containerizer.close();
    }
}
