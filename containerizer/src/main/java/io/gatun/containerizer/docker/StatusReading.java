package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.ContainerStatus;
import io.gatun.containerizer.ContainerStatus.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What an inspection says about a container that runs. */
final class StatusReading {
    private StatusReading() {}

    /** @param inspected answer of GET /containers/{id}/json */
    static ContainerStatus of(String id, ContainerStatus.State state, JsonNode inspected) {
        long pid = inspected.path("State").path("Pid").asLong();
        return new ContainerStatus(
                id,
                state,
                pid > 0 ? OptionalLong.of(pid) : OptionalLong.empty(),
                networks(inspected.path("NetworkSettings").path("Networks")),
                health(inspected.path("State").path("Health").path("Status").asText()));
    }

    private static List<Network> networks(JsonNode networks) {
        List<Network> found = new ArrayList<>();
        networks.properties().forEach(network -> {
            List<String> addresses = new ArrayList<>();
            for (String field : List.of("IPAddress", "GlobalIPv6Address")) {
                String address = network.getValue().path(field).asText();
                if (!address.isEmpty()) {
                    addresses.add(address);
                }
            }
            // The network of the host has no address of the container's own. The engine numbers devices eth0, eth1, ...
            if (!addresses.isEmpty()) {
                found.add(new Network(network.getKey(), "eth" + found.size(), addresses));
            }
        });
        return found;
    }

    /** Nothing while the first check is still to come. */
    static Optional<Boolean> health(String status) {
        return switch (status) {
            case "healthy" -> Optional.of(true);
            case "unhealthy" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
