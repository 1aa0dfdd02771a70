package io.gatun.bench.launch;

import io.gatun.containerizer.ContainerizerConfig;
import io.gatun.containerizer.HostPart;
import io.gatun.containerizer.LinuxContainerizer;
import io.gatun.containerizer.network.NetworkPart;
import io.gatun.containerizer.network.NetworkSettings;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.Privileges;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.security.Seccomp;
import io.gatun.isolator.selection.Isolators;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Gatun launches: containers with a root directory and a network namespace of their own. */
final class Containers {
    /** A program that waits. */
    static final String IDLE = "/bin/sleep";

    private final Path folder;
    private final Path root;

    Containers(Path folder, Path root) {
        this.folder = folder;
        this.root = root;
    }

    /** An agent's containerizer. */
    LinuxContainerizer open(Isolators isolators, HostPart... parts) {
        return LinuxContainerizer.open(
                new ContainerizerConfig(folder.resolve("run"), "gatun-bench", true).with(isolators),
                limiter -> List.of(parts));
    }

    /** The bridge and what belongs to it. */
    NetworkPart network() {
        return NetworkPart.open(NetworkSettings.DEFAULT, folder.resolve("run"));
    }

    /** One that ends at once, without the system call filter that the peers are not asked for either. */
    ContainerConfig runs(String id, Limits limits) {
        return container(id, limits, List.of(LaunchCommand.PROGRAM))
                .with(Privileges.DEFAULT.with(new Seccomp.Unconfined()));
    }

    /** One that ends at once, on an overlay over the root, with an address on the bridge. */
    ContainerConfig image(String id, Limits limits) {
        try {
            Path upper = Files.createDirectories(folder.resolve("upper").resolve(id));
            Path work = Files.createDirectories(folder.resolve("work").resolve(id));
            return container(id, limits, List.of(LaunchCommand.PROGRAM))
                    .with(Filesystem.DEFAULT.with(new RootFs.Overlay(List.of(root), upper, work)))
                    .with(new NetworkConfig.Bridge(List.of()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that does nothing for an hour, confined as containers with files of their own are. */
    ContainerConfig idles(String id, Limits limits) {
        return container(id, limits, List.of(IDLE, "3600"));
    }

    private ContainerConfig container(String id, Limits limits, List<String> argv) {
        return new ContainerConfig(
                        id,
                        argv,
                        Map.of("PATH", "/usr/bin:/bin"),
                        folder,
                        Optional.empty(),
                        limits,
                        folder.resolve("stdout"),
                        folder.resolve("stderr"))
                .with(Filesystem.DEFAULT.with(new RootFs.Directory(root)))
                .with(new NetworkConfig.None());
    }
}
