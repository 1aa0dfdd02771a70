package io.gatun.marathon.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One port of an app.
 *
 * @param port 0..65535: the host port when the app requires its ports, else the service port; 0 = any
 * @param protocol {@code tcp}, {@code udp} or {@code udp,tcp}
 * @param name appears in DNS and in the environment
 * @param labels handed on in the task's discovery information, such as {@code VIP_0}
 */
public record PortDefinition(int port, String protocol, Optional<String> name, Map<String, String> labels) {
    public PortDefinition {
        labels = Ordered.copyOf(labels);
    }

    /** The protocols by themselves: {@code udp,tcp} is two. */
    public List<String> protocols() {
        return List.of(protocol.split(","));
    }

    /** The same definition on another port. */
    public PortDefinition withPort(int other) {
        return new PortDefinition(other, protocol, name, labels);
    }
}
