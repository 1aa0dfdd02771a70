package io.gatun.containerizer.network;

import io.gatun.ffm.Errno;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.netlink.Conntrack;
import io.gatun.ffm.netlink.NetlinkSocket;
import io.gatun.ffm.netlink.NetworkNamespace;
import io.gatun.ffm.netlink.NftPortMap;
import io.gatun.ffm.netlink.NftTable;
import io.gatun.ffm.netlink.NlRequest;
import io.gatun.ffm.netlink.RtAddress;
import io.gatun.ffm.netlink.RtBridge;
import io.gatun.ffm.netlink.RtLink;
import io.gatun.ffm.netlink.RtRoute;
import io.gatun.ffm.netlink.RtVeth;
import io.gatun.isolator.NetworkConfig.PortMapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A bridge in the agent's network namespace, with one end of a veth pair for each container, and its table of nftables. Works
 * over rtnetlink and nfnetlink only. Thread-safe.
 */
final class Bridge implements AutoCloseable {
    /** The interface in the container. */
    static final String DEVICE = "eth0";

    private static final long TIMEOUT_MS = 10_000;

    /** So much of the end of the owner's path is sure to fit into an alias of {@link RtLink#ALIAS_BYTES_MAX} bytes. */
    private static final int OWNER_CHARACTERS = 80;

    private final BridgeConfig config;
    private final BridgeTable table;
    private final NetlinkSocket route;
    private final NetlinkSocket netfilter;
    private final int index;

    private Bridge(BridgeConfig config, BridgeTable table, NetlinkSocket route, NetlinkSocket netfilter, int index) {
        this.config = config;
        this.table = table;
        this.route = route;
        this.netfilter = netfilter;
        this.index = index;
    }

    /**
     * Makes bridge and table in the calling thread's network namespace, or takes over what an agent before left there.
     *
     * @param owner the agent's runtime directory, by which another agent sees that the bridge is not its own
     * @param known what containers may still have of it; what nobody has is removed
     * @throws IllegalStateException when the bridge is somebody else's
     * @throws SyscallException without CAP_NET_ADMIN, or without bridges or nftables in the kernel
     */
    static Bridge open(BridgeConfig config, Path owner, List<Reservation> known) {
        NetlinkSocket route = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, TIMEOUT_MS);
        NetlinkSocket netfilter = null;
        try {
            netfilter = NetlinkSocket.open(NetlinkSocket.NETLINK_NETFILTER, TIMEOUT_MS);
            int index = link(config, owner, route);
            BridgeTable table = new BridgeTable(config);
            NftTable.commit(netfilter, table.setUp());
            NetworkSysctl.forwarding(config.name());
            Bridge bridge = new Bridge(config, table, route, netfilter, index);
            bridge.sweep(known);
            return bridge;
        } catch (RuntimeException e) {
            route.close();
            if (netfilter != null) {
                netfilter.close();
            }
            throw e;
        }
    }

    /** Whether the bridge of this agent is there; needs no privilege. */
    static boolean exists(BridgeConfig config, Path owner) {
        return find(config).filter(link -> isOurs(link, owner)).isPresent();
    }

    /** Whether the bridge's name is that of an interface which is not this agent's; needs no privilege. */
    static boolean foreign(BridgeConfig config, Path owner) {
        return find(config).filter(link -> !isOurs(link, owner)).isPresent();
    }

    private static Optional<RtLink> find(BridgeConfig config) {
        try (NetlinkSocket route = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, TIMEOUT_MS)) {
            return Optional.of(
                    RtLink.parse(route.call(RtLink.get(config.name())).getFirst()));
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static boolean isOurs(RtLink link, Path owner) {
        return link.kind().equals(Optional.of("bridge")) && link.mac().equals(RtLink.mac(mac(owner)));
    }

    /**
     * The bridge's MAC address is made of its owner's path: it is there from the start, so that an agent knows its bridge
     * even when the one before it was killed while it made it.
     */
    private static byte[] mac(Path owner) {
        return Subnet.mac(owner.toString().hashCode());
    }

    private static int link(BridgeConfig config, Path owner, NetlinkSocket route) {
        try {
            route.call(RtBridge.create(config.name(), mac(owner), config.mtuBytes()));
        } catch (SyscallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
        RtLink link = RtLink.parse(route.call(RtLink.get(config.name())).getFirst());
        if (!isOurs(link, owner)) {
            throw new IllegalStateException("bridge_name=" + config.name()
                    + ": an interface of this name exists and is "
                    + (link.alias().isEmpty() ? "not ours" : "that of the agent with runtime_dir=" + link.alias()));
        }
        String path = owner.toString();
        route.call(RtLink.alias(config.name(), path.substring(Math.max(0, path.length() - OWNER_CHARACTERS))));
        Subnet subnet = config.subnet();
        try {
            route.call(new RtAddress(link.index(), subnet.gateway(), subnet.prefixBits(), config.name()).addGlobal());
        } catch (SyscallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
        return link.index();
    }

    /** Removes what no container has: left by an agent that was killed while it made or removed it. */
    private void sweep(List<Reservation> known) {
        Set<Integer> addresses = known.stream().map(Reservation::address).collect(Collectors.toSet());
        List<NlRequest> surplus = table.ports().elements(netfilter).stream()
                .filter(element -> !addresses.contains(element.address()))
                .map(table.ports()::remove)
                .toList();
        for (NlRequest request : surplus) {
            NftTable.commit(netfilter, List.of(request));
        }
        Set<String> names = addresses.stream().map(Bridge::port).collect(Collectors.toSet());
        route.dump(RtLink.dump()).stream()
                .map(RtLink::parse)
                .filter(link -> link.master() == index && !names.contains(link.name()))
                .forEach(link -> unlink(link.name()));
    }

    /**
     * Fills a container's network namespace: eth0 with its address and default route, loopback up, its ports leading to it.
     * When this fails all but the ports vanishes with the namespace.
     *
     * @param namespace new; borrowed
     */
    void attach(Reservation reservation, OwnedFd namespace) {
        NetworkNamespace.in(namespace.fd(), () -> {
            try (NetlinkSocket inside = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, TIMEOUT_MS)) {
                connect(reservation, namespace);
                int eth0 =
                        RtLink.parse(inside.call(RtLink.get(DEVICE)).getFirst()).index();
                Subnet subnet = config.subnet();
                inside.transact(List.of(
                        RtLink.up(RtLink.LOOPBACK_INDEX, "lo"),
                        RtLink.up(eth0, DEVICE),
                        new RtAddress(eth0, reservation.address(), subnet.prefixBits(), DEVICE).addGlobal(),
                        RtRoute.addDefault(subnet.gateway(), eth0)));
                return null;
            }
        });
        open(reservation);
    }

    private synchronized void connect(Reservation reservation, OwnedFd namespace) {
        String name = port(reservation.address());
        RtVeth veth =
                new RtVeth(name, index, DEVICE, namespace.fd(), Subnet.mac(reservation.address()), config.mtuBytes());
        String alias = reservation.id();
        List<NlRequest> requests = List.of(veth.create(), RtBridge.hairpin(name), RtLink.alias(name, alias));
        try {
            route.transact(requests);
        } catch (SyscallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            // The one before it had this address: its namespace is gone, and the kernel has yet to remove the pair.
            unlink(name);
            route.transact(requests);
        }
    }

    private synchronized void open(Reservation reservation) {
        if (reservation.ports().isEmpty()) {
            return;
        }
        NftTable.commit(
                netfilter,
                elements(reservation).stream().map(table.ports()::add).toList());
        // Datagrams that came before anybody listened are remembered as going to this host.
        forget(
                reservation,
                flow -> flow.answerer() != reservation.address()
                        && reservation.ports().stream().anyMatch(port -> port.hostPort() == flow.port()));
    }

    /** Rules of translation count for new connections only, and a stream of datagrams is one that need never end. */
    private void forget(Reservation reservation, Predicate<Conntrack.Flow> which) {
        if (reservation.ports().stream().anyMatch(port -> BridgeTable.protocol(port) == BridgeTable.IPPROTO_UDP)) {
            Conntrack.forget(netfilter, flow -> flow.protocol() == BridgeTable.IPPROTO_UDP && which.test(flow));
        }
    }

    /**
     * Takes a container's ports back; what is gone already is no error. Its veth pair goes with its namespace: the kernel
     * removes many of them in one go and at leisure, where each that we removed would wait 20 ms for it.
     */
    synchronized void detach(Reservation reservation) {
        for (NftPortMap.Element element : elements(reservation)) {
            try {
                NftTable.commit(netfilter, List.of(table.ports().remove(element)));
            } catch (SyscallException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
            }
        }
        forget(reservation, flow -> flow.answerer() == reservation.address());
    }

    private void unlink(String name) {
        try {
            route.call(RtLink.delete(name));
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    /** Removes bridge and table: nobody is on it any more. */
    synchronized void remove() {
        NftTable.commit(netfilter, List.of(table.tearDown()));
        unlink(config.name());
    }

    private List<NftPortMap.Element> elements(Reservation reservation) {
        List<NftPortMap.Element> elements = new ArrayList<>();
        for (PortMapping port : reservation.ports()) {
            elements.add(new NftPortMap.Element(
                    BridgeTable.protocol(port), port.hostPort(), reservation.address(), port.containerPort()));
        }
        return elements;
    }

    /** The host's end of a container's pair, by its address: unique on the host, and at most 15 bytes. */
    static String port(int address) {
        return "veth" + String.format("%08x", address);
    }

    @Override
    public synchronized void close() {
        route.close();
        netfilter.close();
    }
}
