package io.gatun.testkit.net;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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
    /** Table of nftables in a host. */
    private static final String CUTS = "cuts";

    /** One host: a namespace and its address on the cluster's network. */
    public record Host(int index, String address, NetworkNamespace namespace) {}

    private final NetworkNamespace network;
    private final List<Host> hosts = new ArrayList<>();
    private final Set<Host> cut = new HashSet<>();

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

    /** Which packets of a host are lost. */
    public enum Way {
        /** What others send to it. */
        RECEIVING("input", "saddr"),
        /** What it sends to others. */
        SENDING("output", "daddr");

        private final String hook;
        private final String field;

        Way(String hook, String field) {
            this.hook = hook;
            this.field = field;
        }
    }

    /**
     * Loses packets between one host and some others, in one direction or both, until {@link #heal}; nothing is refused.
     * Adds to what was cut before. Needs {@code nft}.
     */
    public void cut(Host host, Set<Way> ways, List<Host> others) {
        String addresses = others.stream().map(Host::address).collect(Collectors.joining(", "));
        List<String> rules = new ArrayList<>(List.of("table ip " + CUTS + " {"));
        for (Way way : ways) {
            rules.add("chain " + way.hook + " { type filter hook " + way.hook + " priority filter; ip " + way.field
                    + " { " + addresses + " } drop; }");
        }
        rules.add("}");
        host.namespace().run("nft", String.join("\n", rules));
        cut.add(host);
    }

    /** Connects all hosts again. */
    public void heal() {
        for (Host host : hosts) {
            network.run("ip", "link", "set", port(host), "master", MAJORITY);
        }
        cut.forEach(host -> host.namespace().run("nft", "delete", "table", "ip", CUTS));
        cut.clear();
    }

    /**
     * Connects the network namespace that this process is in with every host by a link of its own, which nothing here
     * cuts: who watches must see both sides of a partition. The links go with the hosts.
     */
    public void watch() {
        for (Host host : hosts) {
            String link = "watch" + host.index();
            String here = "10.78." + host.index() + ".1";
            String there = "10.78." + host.index() + ".2";
            NetworkNamespace.here(
                    "ip",
                    "link",
                    "add",
                    link,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "eth1",
                    "netns",
                    "" + host.namespace().pid());
            host.namespace().run("ip", "address", "add", there + "/30", "dev", "eth1");
            host.namespace().run("ip", "link", "set", "eth1", "up");
            NetworkNamespace.here("ip", "address", "add", here + "/30", "dev", link);
            NetworkNamespace.here("ip", "link", "set", link, "up");
            NetworkNamespace.here("ip", "route", "add", host.address() + "/32", "via", there, "src", here);
        }
    }

    @Override
    public void close() {
        hosts.forEach(host -> host.namespace().close());
        network.close();
    }
}
