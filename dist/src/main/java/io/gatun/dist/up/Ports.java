package io.gatun.dist.up;

import io.gatun.mesos.flags.StartupException;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Looks whether the ports of a stack are free before anything of it starts: the message can then name the flag of
 * {@code gatun up}, where a role that finds its port busy only knows its own.
 */
final class Ports {
    private record Port(String flag, String user, int number) {}

    private Ports() {}

    /**
     * Binds and frees each port once; 0, which means any, is passed over.
     *
     * @throws StartupException naming the first port that is busy or may not be used, or an address that is not ours
     */
    static void requireFree(UpFlags flags) {
        InetAddress ip;
        try {
            ip = InetAddress.getByName(flags.ip);
        } catch (UnknownHostException e) {
            throw new StartupException("--ip=" + flags.ip, "not an address", "give one of this machine's", e);
        }
        List<Port> tcp = List.of(
                new Port("--zookeeper_port", "ZooKeeper", flags.zookeeperPort),
                new Port("--master_port", "the master", flags.masterPort),
                new Port("--agent_port", "the agent", flags.agentPort),
                new Port("--marathon_port", "Marathon", flags.marathonPort),
                new Port("--dns_port", "DNS over TCP", flags.dnsPort),
                new Port("--mesos_dns_port", "Mesos-DNS over HTTP", flags.mesosDnsPort),
                new Port("--net_port", "the net HTTP interface", flags.netPort));
        tcp.forEach(port -> requireFree(ip, port, "tcp", ServerSocket::new));
        requireFree(ip, new Port("--dns_port", "DNS", flags.dnsPort), "udp", () -> new DatagramSocket(null));
    }

    private interface Opening<S extends Closeable> {
        S open() throws IOException;
    }

    private static <S extends Closeable> void requireFree(
            InetAddress ip, Port port, String protocol, Opening<S> opening) {
        if (port.number() == 0) {
            return;
        }
        try (S socket = opening.open()) {
            InetSocketAddress address = new InetSocketAddress(ip, port.number());
            if (socket instanceof ServerSocket server) {
                server.bind(address);
            } else if (socket instanceof DatagramSocket datagrams) {
                datagrams.bind(address);
            }
        } catch (BindException e) {
            throw new StartupException(
                    protocol + " port " + port.number() + " on " + ip.getHostAddress() + " for " + port.user(),
                    e.getMessage(),
                    "end the program that has it, or choose another with " + port.flag(),
                    e);
        } catch (IOException e) {
            throw new StartupException(
                    port.flag() + "=" + port.number(), String.valueOf(e.getMessage()), "choose another port", e);
        }
    }
}
