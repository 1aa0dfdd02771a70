package io.gatun.containerizer.network;

import io.gatun.isolator.NetworkConfig.PortRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the isolator network/ports works.
 *
 * @param interval between two looks: {@code --container_ports_watch_interval}
 * @param enforce whether a container that listens elsewhere is ended, or only mentioned in the log:
 *     {@code --enforce_container_ports}
 * @param checked ports that count: those that the agent offers with {@code --check_agent_port_range_only}; all when empty
 */
public record PortsSettings(Duration interval, boolean enforce, Optional<List<PortRange>> checked) {
    /** Mesos' defaults. */
    public static final PortsSettings DEFAULT = new PortsSettings(Duration.ofSeconds(30), false, Optional.empty());

    public PortsSettings {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException(
                    "container_ports_watch_interval=" + interval + ": must be longer than zero");
        }
        checked = checked.map(List::copyOf);
    }

    boolean counts(int port) {
        return checked.isEmpty() || checked.get().stream().anyMatch(range -> range.contains(port));
    }
}
