package io.gatun.marathon.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One port of an app.
 *
 * @param port 0..65535: the host port when the app requires its ports, else the service port; 0 = any
 * @param protocol {@code tcp}, {@code udp} or {@code udp,tcp}
 * @param name appears in DNS and in the environment
 * @param labels handed on in the task's discovery information, such as {@code VIP_0}
 * @param mapping where the container has a network of its own; {@code port} is the service port then
 */
public record PortDefinition(
        int port, String protocol, Optional<String> name, Map<String, String> labels, Optional<Mapping> mapping) {
    public PortDefinition {
        labels = Ordered.copyOf(labels);
    }

    /** Of a container that shares the agent's network. */
    public PortDefinition(int port, String protocol, Optional<String> name, Map<String, String> labels) {
        this(port, protocol, name, labels, Optional.empty());
    }

    /**
     * A port of a container's own network.
     *
     * @param containerPort 0..65535; 0 = the same as the host port
     * @param hostPort that leads to it: 0 = any; empty = none
     */
    public record Mapping(int containerPort, OptionalInt hostPort) {}

    /** Whether a port of the host is needed. */
    public boolean onHost() {
        return mapping.isEmpty() || mapping.get().hostPort().isPresent();
    }

    /** The port inside the container, when the host's is known. */
    public int inside(int hostPort) {
        return mapping.map(Mapping::containerPort).filter(port -> port != 0).orElse(hostPort);
    }

    /** The protocols by themselves: {@code udp,tcp} is two. */
    public List<String> protocols() {
        return List.of(protocol.split(","));
    }

    /** The same definition on another port. */
    public PortDefinition withPort(int other) {
        return new PortDefinition(other, protocol, name, labels, mapping);
    }
}
