package io.gatun.containerizer;

import io.gatun.containerizer.network.NetworkPart;
import io.gatun.containerizer.network.NetworkSettings;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NetworkConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What an agent launches when it is killed. */
enum FaultScenario {
    /** Limits, bounded logs, an empty network namespace. */
    LOGS {
        @Override
        ContainerConfig shape(ContainerConfig container, Path directory) {
            return container
                    .with(IoConfig.DEFAULT.with(new IoConfig.Rotation(1 << 20, 2)))
                    .with(new NetworkConfig.None());
        }
    },
    /** Limits, an address on the bridge, a port of the host. */
    BRIDGE {
        @Override
        ContainerConfig shape(ContainerConfig container, Path directory) {
            int port = container.id().equals("steady") ? 31_000 : 31_001;
            return container.with(new NetworkConfig.Bridge(List.of(new NetworkConfig.PortMapping(port, 80, "tcp"))));
        }
    };

    abstract ContainerConfig shape(ContainerConfig container, Path directory);

    String root(Path directory) {
        return "gatun-fault-" + directory.getFileName();
    }

    LinuxContainerizer open(Path directory, UnaryOperator<LaunchPlan> rows) {
        Path run = directory.resolve("run");
        List<HostPart> parts = List.of(NetworkPart.open(NetworkSettings.DEFAULT, run));
        return LinuxContainerizer.open(new ContainerizerConfig(run, root(directory), false), limiter -> parts, rows);
    }

    ContainerConfig config(String id, Path directory) {
        Path sandbox = directory.resolve("sandbox-" + id);
        try {
            Files.createDirectories(sandbox);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ContainerConfig plain = new ContainerConfig(
                id,
                List.of("/bin/sleep", "3600"),
                Map.of("PATH", "/usr/bin:/bin"),
                sandbox,
                Optional.empty(),
                new Limits(1, 64L << 20, 20),
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"));
        return shape(plain, directory);
    }
}
