package io.gatun.isolator;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * That a container is run by a Docker Engine, and what only such an engine knows (Mesos: ContainerInfo.DockerInfo).
 *
 * @param network of the engine, by name, in place of the container's {@link NetworkConfig}
 * @param ports of the host that lead into the container, on a bridge or a named network
 * @param privileged whether the container may do whatever the engine's host can
 * @param parameters options of {@code docker run} by their long names, in order
 */
public record EngineConfig(
        Optional<String> network,
        List<NetworkConfig.PortMapping> ports,
        boolean privileged,
        List<Parameter> parameters) {
    public EngineConfig {
        Objects.requireNonNull(network, "network");
        ports = List.copyOf(ports);
        parameters = List.copyOf(parameters);
    }

    /** A container of the engine with nothing out of the ordinary. */
    public static final EngineConfig DEFAULT = new EngineConfig(Optional.empty(), List.of(), false, List.of());

    /** An option and its text. */
    public record Parameter(String key, String value) {
        public Parameter {
            if (key.isEmpty()) {
                throw new IllegalArgumentException("docker.parameters.key='': must name an option of docker run");
            }
            Objects.requireNonNull(value, "value");
        }
    }
}
