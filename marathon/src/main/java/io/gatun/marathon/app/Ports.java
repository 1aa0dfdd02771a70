package io.gatun.marathon.app;

import java.util.List;

/**
 * The ports of an app.
 *
 * @param definitions in the order of PORT0, PORT1, ...
 * @param required whether a definition's port must be the host port; else host ports are any that an offer holds
 */
public record Ports(List<PortDefinition> definitions, boolean required) {
    public Ports {
        definitions = List.copyOf(definitions);
    }
}
