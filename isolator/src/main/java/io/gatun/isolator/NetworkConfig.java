package io.gatun.isolator;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The network of a container; network_namespaces(7). */
public sealed interface NetworkConfig {
    /** The agent's own network, shared; nobody says which ports the container may listen on. */
    NetworkConfig HOST = new Host(Optional.empty());

    /**
     * The agent's own network, shared.
     *
     * @param ports that were allocated to the container; empty when nobody says
     */
    record Host(Optional<List<PortRange>> ports) implements NetworkConfig {
        public Host {
            ports = ports.map(List::copyOf);
        }
    }

    /** A network namespace with a loopback device and nothing else. */
    record None() implements NetworkConfig {}

    /**
     * A network namespace of its own on the agent's bridge.
     *
     * @param ports of the host that lead into the container
     * @param address that it is to have, of the bridge's subnet; empty for any that is free
     * @param dns of its resolv.conf
     */
    record Bridge(List<PortMapping> ports, Optional<String> address, DnsConfig dns) implements NetworkConfig {
        public Bridge {
            ports = List.copyOf(ports);
            PortMapping.requireDistinct(ports);
            Objects.requireNonNull(address, "address");
            Objects.requireNonNull(dns, "dns");
        }

        /** Any address, the host's name servers. */
        public Bridge(List<PortMapping> ports) {
            this(ports, Optional.empty(), DnsConfig.DEFAULT);
        }
    }

    /**
     * A network namespace of its own on networks of the Container Network Interface; the first becomes eth0, the second eth1.
     *
     * @param networks at least one, each at most once
     * @param dns of its resolv.conf, before what the plugins say
     */
    record Cni(List<Attachment> networks, DnsConfig dns) implements NetworkConfig {
        public Cni {
            networks = List.copyOf(networks);
            Set<String> names = new HashSet<>();
            for (Attachment network : networks) {
                if (!names.add(network.name())) {
                    throw new IllegalArgumentException(
                            "network.name=" + network.name() + ": a container joins a network at most once");
                }
            }
            if (networks.isEmpty()) {
                throw new IllegalArgumentException("network.networks=[]: must name at least one network");
            }
            Objects.requireNonNull(dns, "dns");
        }
    }

    /**
     * A network that a container joins.
     *
     * @param name of the network configuration: 1 to 253 of {@code A-Z a-z 0-9 . _ -}, not starting with a dot or hyphen
     * @param labels for the plugins
     * @param ports of the host that lead to the container, for plugins that can do that
     * @param addresses that are asked for, with or without prefix length, for plugins that can give them
     */
    record Attachment(String name, Map<String, String> labels, List<PortMapping> ports, List<String> addresses) {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,252}");

        public Attachment {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("network.name=" + name
                        + ": must be 1 to 253 of A-Z a-z 0-9 . _ - and not start with a dot or hyphen");
            }
            labels = Map.copyOf(new LinkedHashMap<>(labels));
            ports = List.copyOf(ports);
            PortMapping.requireDistinct(ports);
            addresses = List.copyOf(addresses);
        }

        /** Nothing asked for. */
        public Attachment(String name) {
            this(name, Map.of(), List.of(), List.of());
        }
    }

    /**
     * Ports of the host.
     *
     * @param first 0 to 65535
     * @param last {@code first} to 65535
     */
    record PortRange(int first, int last) {
        public PortRange {
            if (first < 0 || first > last || last > PortMapping.MAX_PORT) {
                throw new IllegalArgumentException("network.ports=" + first + "-" + last
                        + ": must be a range within 0 to " + PortMapping.MAX_PORT);
            }
        }

        /** Whether a port lies in it. */
        public boolean contains(int port) {
            return port >= first && port <= last;
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
        static final int MAX_PORT = 65_535;

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

        private static void requireDistinct(List<PortMapping> ports) {
            Set<String> taken = new HashSet<>();
            for (PortMapping port : ports) {
                if (!taken.add(port.hostPort() + "/" + port.protocol())) {
                    throw new IllegalArgumentException("portMapping.hostPort=" + port.hostPort() + "/" + port.protocol()
                            + ": leads to one port of the container only");
                }
            }
        }

        /** As in {@code 31080:80/tcp}. */
        @Override
        public String toString() {
            return hostPort + ":" + containerPort + "/" + protocol;
        }
    }
}
