package io.gatun.agent;

import io.gatun.containerizer.ComposingContainerizer;
import io.gatun.containerizer.ComposingContainerizer.Member;
import io.gatun.containerizer.Containerizer;
import io.gatun.containerizer.docker.DockerConfig;
import io.gatun.containerizer.docker.DockerContainerizer;
import io.gatun.mesos.flags.Durations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The containerizers that the flags name.
 *
 * @param names of {@code --containerizers}, in order
 * @param docker how a Docker Engine is used
 */
record AgentContainerizers(List<String> names, DockerConfig docker) {
    /**
     * Reads the flags.
     *
     * @throws IllegalArgumentException naming flag, text and rule
     */
    static AgentContainerizers of(AgentConfig config) {
        AgentFlags flags = config.flags();
        DockerConfig docker = new DockerConfig(
                flags.dockerSocket,
                config.runtimeDir(),
                Durations.parse(flags.dockerStopTimeout),
                Durations.parse(flags.dockerRemoveDelay),
                flags.dockerKillOrphans,
                registryConfig(flags.dockerConfig));
        return new AgentContainerizers(config.containers().containerizers(), docker);
    }

    /** Text of {@code --docker_config}: a JSON object, or the absolute path of a file with one. */
    private static Optional<String> registryConfig(String flag) {
        if (flag == null || flag.isBlank()) {
            return Optional.empty();
        }
        String text = flag.replaceFirst("^file://", "");
        if (!text.startsWith("/")) {
            return Optional.of(text);
        }
        try {
            return Optional.of(Files.readString(Path.of(text)));
        } catch (IOException e) {
            throw new IllegalArgumentException("docker_config=" + text + ": cannot be read: " + e, e);
        }
    }

    /**
     * Opens them.
     *
     * @param mesos opens that of our own containers
     */
    Containerizer open(Supplier<Containerizer> mesos) {
        List<Member> members = new ArrayList<>();
        for (String name : names) {
            members.add(
                    name.equals("docker")
                            ? new Member(
                                    name, container -> container.engine().isPresent(), DockerContainerizer.open(docker))
                            : new Member(name, container -> container.engine().isEmpty(), mesos.get()));
        }
        return members.size() == 1 ? members.getFirst().containerizer() : new ComposingContainerizer(members);
    }
}
