package io.gatun.isolator;

import java.util.List;

/** The network of a container. */
public sealed interface NetworkConfig {
    /** The agent's own network, shared. */
    NetworkConfig HOST = new Host();

    /** The agent's own network, shared. */
    record Host() implements NetworkConfig {}

    /** A network namespace with a loopback device and nothing else. */
    record None() implements NetworkConfig {}

    /**
     * A network namespace of its own on the agent's bridge.
     *
     * @param ports of the host that lead into the container
     */
    record Bridge(List<PortMapping> ports) implements NetworkConfig {
        public Bridge {
            ports = List.copyOf(ports);
        }
    }

    /**
     * A port of the host that leads to one of the container.
     *
     * @param hostPort 1 to 65535
     * @param containerPort 1 to 65535
     * @param protocol tcp or udp
     */
    record PortMapping(int hostPort, int containerPort, String protocol) {
        private static final int MAX_PORT = 65_535;

        public PortMapping {
            requirePort("hostPort", hostPort);
            requirePort("containerPort", containerPort);
            if (!protocol.equals("tcp") && !protocol.equals("udp")) {
                throw new IllegalArgumentException("portMapping.protocol=" + protocol + ": must be tcp or udp");
            }
        }

        private static void requirePort(String field, int port) {
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("portMapping." + field + "=" + port + ": must be 1 to " + MAX_PORT);
            }
        }
    }
}
