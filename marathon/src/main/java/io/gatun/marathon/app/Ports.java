package io.gatun.marathon.app;

import java.util.List;

/**
 * The ports of an app.
 *
 * @param definitions in the order of PORT0, PORT1, ...
 * @param required whether a definition's port must be the host port; else host ports are any that an offer holds
 * @param networks where they are
 */
public record Ports(List<PortDefinition> definitions, boolean required, Networks networks) {
    public Ports {
        definitions = List.copyOf(definitions);
    }

    /** Ports of the agent's own network. */
    public Ports(List<PortDefinition> definitions, boolean required) {
        this(definitions, required, Networks.HOST);
    }

    /** The same on other networks. */
    public Ports with(Networks other) {
        return new Ports(definitions, required, other);
    }
}
