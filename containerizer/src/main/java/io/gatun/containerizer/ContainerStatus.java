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
 */
public record ContainerStatus(
        String id, State state, OptionalLong pid, List<Network> networks, Optional<Boolean> health) {
    public ContainerStatus {
        Objects.requireNonNull(state, "state");
        networks = List.copyOf(networks);
    }

    /** Where a container stands. */
    public enum State {
        LAUNCHING,
        RUNNING,
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
