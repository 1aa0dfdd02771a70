package io.gatun.dnsserver;

import io.gatun.mesos.names.Hosts;
import io.gatun.mesos.operator.ClusterState;
import io.gatun.mesos.v1.master.Response.GetAgents.Agent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the net HTTP interface tells besides DNS records.
 *
 * @param vips virtual IPs, in the order to show them
 * @param nodes agents by address
 */
public record NetView(List<Vip> vips, List<Node> nodes) {
    public NetView {
        vips = List.copyOf(vips);
        nodes = List.copyOf(nodes);
    }

    /**
     * A virtual IP.
     *
     * @param vip {@code name:port} with the full DNS name, or {@code address:port}
     * @param protocol "tcp" or "udp"
     */
    public record Vip(String vip, String protocol, List<Backend> backends) {
        public Vip {
            backends = List.copyOf(backends);
        }
    }

    /** A place that a virtual IP forwards to. */
    public record Backend(String ip, int port) {}

    /**
     * An agent.
     *
     * @param updated seconds since 1970 of its last registration; 0 when unknown
     */
    public record Node(String privateIp, String hostName, long updated) {}

    /** The agents of a cluster beside the virtual IPs. */
    public static NetView from(ClusterState state, List<Vip> vips) {
        List<Node> nodes = new ArrayList<>();
        for (Agent agent : state.agents()) {
            long nanoseconds = Math.max(
                    agent.getRegisteredTime().getNanoseconds(),
                    agent.getReregisteredTime().getNanoseconds());
            Hosts.of(agent)
                    .ifPresent(ip -> nodes.add(new Node(
                            ip.getHostAddress(), agent.getAgentInfo().getHostname(), nanoseconds / 1_000_000_000)));
        }
        nodes.sort(Comparator.comparing(Node::privateIp));
        return new NetView(vips, nodes);
    }

    static NetView empty() {
        return new NetView(List.of(), List.of());
    }
}
