package io.gatun.containerizer;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a container stands.
 *
 * @param id of the container
 * @param state of its life
 * @param pid of its init, while it runs
 * @param networks that it is attached to; empty for the agent's own
 * @param health what the engine says about it, where it has health checks
 * @param progress of what takes long while it is provisioned, for people: its image and how much of it is there
 */
public record ContainerStatus(
        String id,
        State state,
        OptionalLong pid,
        List<Network> networks,
        Optional<Boolean> health,
        Optional<String> progress) {
    public ContainerStatus {
        Objects.requireNonNull(state, "state");
        networks = List.copyOf(networks);
        Objects.requireNonNull(health, "health");
        Objects.requireNonNull(progress, "progress");
    }

    /** One that nothing is waited for. */
    public ContainerStatus(String id, State state, OptionalLong pid, List<Network> networks, Optional<Boolean> health) {
        this(id, state, pid, networks, health, Optional.empty());
    }

    /** Where a container stands. */
    public enum State {
        /** What it needs of its host is made, first of all its image; Mesos' PROVISIONING. */
        PROVISIONING,
        /** It is made and its program executed; Mesos' PREPARING and ISOLATING. */
        LAUNCHING,
        RUNNING,
        /** Its end was asked for; Mesos' DESTROYING. */
        STOPPING,
        ENDED
    }

    /**
     * A network of a container.
     *
     * @param name of the network
     * @param device in the container
     * @param addresses without prefix length
     */
    public record Network(String name, String device, List<String> addresses) {
        public Network {
            addresses = List.copyOf(addresses);
        }
    }
}
