package io.gatun.containerizer.docker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How an agent uses a Docker Engine; Mesos' flags {@code --docker_*}.
 *
 * @param socket absolute; the engine's unix socket
 * @param runtimeDir absolute; checkpoints lie in {@code runtimeDir/docker/<id>/}, and the path tells this agent's
 *     containers from those of others on the same engine
 * @param stopTimeout between the stop signal and SIGKILL when a container is destroyed
 * @param removeDelay how long the engine keeps a container that has ended, for people to look at
 * @param killOrphans whether containers of this agent that it does not expect are ended when it comes back
 * @param registryConfig text of a Docker config.json with credentials; never printed
 */
public record DockerConfig(
        Path socket,
        Path runtimeDir,
        Duration stopTimeout,
        Duration removeDelay,
        boolean killOrphans,
        Optional<String> registryConfig) {
    /** Where the engine listens unless told otherwise. */
    public static final Path DEFAULT_SOCKET = Path.of("/var/run/docker.sock");

    public DockerConfig {
        requireAbsolute("docker_socket", socket);
        requireAbsolute("runtime_dir", runtimeDir);
        requireNotNegative("docker_stop_timeout", stopTimeout);
        requireNotNegative("docker_remove_delay", removeDelay);
        Objects.requireNonNull(registryConfig, "registryConfig");
    }

    private static void requireAbsolute(String flag, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(flag + "=" + path + ": must be absolute");
        }
    }

    private static void requireNotNegative(String flag, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(flag + "=" + duration + ": must not be negative");
        }
    }

    /** Its text has no credentials in it. */
    @Override
    public String toString() {
        return "DockerConfig[socket=" + socket + ", runtimeDir=" + runtimeDir + ", stopTimeout=" + stopTimeout
                + ", removeDelay=" + removeDelay + ", killOrphans=" + killOrphans + "]";
    }
}
