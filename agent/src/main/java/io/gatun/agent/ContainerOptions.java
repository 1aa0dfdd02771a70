package io.gatun.agent;

import io.gatun.agent.store.VolumeDirectories;
import io.gatun.mesos.flags.StartupException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the flags say of containers in general.
 *
 * @param containerizers names, in order
 * @param images whether containers of ours can have images
 * @param volumes where persistent volumes are
 * @param bridge name of the agent's own bridge
 */
record ContainerOptions(List<String> containerizers, boolean images, VolumeDirectories volumes, String bridge) {
    private static final Set<String> CONTAINERIZERS = Set.of("mesos", "docker");

    ContainerOptions {
        containerizers = List.copyOf(containerizers);
    }

    /**
     * @param workDir absolute
     * @throws StartupException naming flag, text and rule
     */
    static ContainerOptions of(AgentFlags flags, Path workDir) {
        List<String> containerizers = list(flags.containerizers);
        if (containerizers.isEmpty()
                || !CONTAINERIZERS.containsAll(containerizers)
                || Set.copyOf(containerizers).size() < containerizers.size()) {
            throw AgentConfig.invalid(
                    "--containerizers", flags.containerizers, "must be mesos, docker or both, separated by a comma");
        }
        List<String> providers = list(flags.imageProviders);
        if (!providers.isEmpty() && !providers.equals(List.of("docker"))) {
            throw AgentConfig.invalid("--image_providers", flags.imageProviders, "must be docker or nothing");
        }
        return new ContainerOptions(
                containerizers, !providers.isEmpty(), new VolumeDirectories(workDir), flags.bridgeName);
    }

    boolean docker() {
        return containerizers.contains("docker");
    }

    private static List<String> list(String text) {
        return Stream.of(text.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
