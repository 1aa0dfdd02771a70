package io.gatun.mesos.names;

import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.master.Response.GetAgents.Agent;
import java.net.InetAddress;
import java.util.Optional;

/** Addresses out of what Mesos tells of its processes; never asks a resolver. */
public final class Hosts {
    private Hosts() {}

    /** An IPv4 or IPv6 address in text, or {@code localhost}; empty for any other name. */
    public static Optional<InetAddress> literal(String text) {
        if (text.equals("localhost")) {
            return Optional.of(InetAddress.getLoopbackAddress());
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    /** The address in a libprocess id such as {@code slave(1)@127.0.0.1:5051}. */
    public static Optional<InetAddress> ofPid(String pid) {
        int at = pid.indexOf('@');
        int colon = pid.lastIndexOf(':');
        return at < 0 || colon < at ? Optional.empty() : literal(pid.substring(at + 1, colon));
    }

    /** Where an agent is: the address of its libprocess id, else its host name if that is an address. */
    public static Optional<InetAddress> of(Agent agent) {
        return ofPid(agent.getPid()).or(() -> literal(agent.getAgentInfo().getHostname()));
    }

    /** Where a master is: its address, else its host name if that is an address. */
    public static Optional<InetAddress> of(MasterInfo master) {
        return literal(master.getAddress().getIp()).or(() -> literal(master.getHostname()));
    }

    /** The port in a libprocess id; 0 when it has none. */
    public static int portOfPid(String pid) {
        String port = pid.substring(pid.lastIndexOf(':') + 1);
        return port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0;
    }
}
