package io.gatun.testkit.net;

import java.util.ArrayList;
import java.util.List;

/**
 * Several hosts on one network: a namespace each, a veth pair from each to a bridge in one more namespace, addresses 10.77.0.1
 * and on. Nothing of it is visible in the machine's own namespace, so any number of clusters can exist at a time.
 *
 * <p>For classes tagged {@code cluster}. Not thread-safe.
 */
public final class NamespaceCluster implements AutoCloseable {
    private static final int MAX_HOSTS = 200;
    private static final String MAJORITY = "br0";
    private static final String MINORITY = "br1";

    /** One host: a namespace and its address on the cluster's network. */
    public record Host(int index, String address, NetworkNamespace namespace) {}

    private final NetworkNamespace network;
    private final List<Host> hosts = new ArrayList<>();

    private NamespaceCluster(NetworkNamespace network) {
        this.network = network;
    }

    /**
     * Makes hosts 0 to {@code count - 1}, all connected.
     *
     * @param count 1 to 200
     */
    public static NamespaceCluster of(int count) {
        if (count < 1 || count > MAX_HOSTS) {
            throw new IllegalArgumentException("count=" + count + " must be 1 to " + MAX_HOSTS);
        }
        NamespaceCluster cluster = new NamespaceCluster(NetworkNamespace.create());
        try {
            for (String bridge : List.of(MAJORITY, MINORITY)) {
                cluster.network.run("ip", "link", "add", bridge, "type", "bridge");
                cluster.network.run("ip", "link", "set", bridge, "up");
            }
            for (int i = 0; i < count; i++) {
                cluster.add(i);
            }
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void add(int index) {
        NetworkNamespace namespace = NetworkNamespace.create();
        Host host = new Host(index, "10.77.0." + (index + 1), namespace);
        hosts.add(host);
        String port = port(host);
        network.run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", "" + namespace.pid());
        network.run("ip", "link", "set", port, "master", MAJORITY);
        network.run("ip", "link", "set", port, "up");
        namespace.run("ip", "address", "add", host.address() + "/24", "dev", "eth0");
        namespace.run("ip", "link", "set", "eth0", "up");
    }

    private static String port(Host host) {
        return "host" + host.index();
    }

    /** All hosts, by index. */
    public List<Host> hosts() {
        return List.copyOf(hosts);
    }

    /** One host. */
    public Host host(int index) {
        return hosts.get(index);
    }

    /** Cuts these hosts off from the others; among themselves they stay connected. Packets are lost, nothing is refused. */
    public void partition(Host... minority) {
        for (Host host : minority) {
            network.run("ip", "link", "set", port(host), "master", MINORITY);
        }
    }

    /** Connects all hosts again. */
    public void heal() {
        for (Host host : hosts) {
            network.run("ip", "link", "set", port(host), "master", MAJORITY);
        }
    }

    @Override
    public void close() {
        hosts.forEach(host -> host.namespace().close());
        network.close();
    }
}
