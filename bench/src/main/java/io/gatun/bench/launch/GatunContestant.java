package io.gatun.bench.launch;

import io.gatun.bench.BenchException;
import io.gatun.containerizer.LinuxContainerizer;
import io.gatun.containerizer.Termination;
import io.gatun.isolator.ContainerConfig;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The agent's own containerizer: checkpoint, cgroups, namespaces, init, program, and all of it away again. */
final class GatunContestant implements Contestant {
    private static final long TIMEOUT_S = 10;

    private final LinuxContainerizer containerizer;
    private final Function<String, ContainerConfig> config;
    private int number;

    /**
     * Launches one container after the other.
     *
     * @param config by the container's id
     */
    GatunContestant(LinuxContainerizer containerizer, Function<String, ContainerConfig> config) {
        this.containerizer = containerizer;
        this.config = config;
    }

    @Override
    public String name() {
        return "Gatun";
    }

    @Override
    public long runOnce() throws Exception {
        String id = "true" + ++number;
        ContainerConfig container = config.apply(id);
        long beginNs = System.nanoTime();
        containerizer.launch(container);
        Termination end = containerizer.termination(id).get(TIMEOUT_S, TimeUnit.SECONDS);
        containerizer.remove(id);
        long elapsedNs = System.nanoTime() - beginNs;
        if (end.waitStatus() != 0) {
            throw new BenchException("Gatun: " + LaunchCommand.PROGRAM + ": " + end);
        }
        return elapsedNs;
    }
}
