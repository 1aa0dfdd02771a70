package io.gatun.ipvs;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.netlink.NetlinkSocket;
import io.gatun.ffm.netlink.RtAddress;
import io.gatun.ffm.netlink.RtLink;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.operator.ClusterState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's kernel in step with the wanted virtual IPs: IPVS services with their backends, and the addresses on an
 * interface of ours.
 *
 * <p>Every comparison is with the kernel, never with memory, so what others changed or what a killed process left is put
 * right, at each change and every {@value #REPAIR_SECONDS} seconds. Ours are the services whose address lies in the range
 * for named virtual IPs or is one that our interface holds; all others are left alone.
 *
 * <p>Clients and backends may share a host, loopback included: a client's source address is then the virtual one, the
 * kernel masquerades the backend's answer, and neither sysctl nor firewall rule is needed. A backend on another host sees
 * that address too, and can answer only where its host routes the range to this node.
 *
 * <p>Methods may be called from any thread; they block for the kernel's answers.
 */
public final class VipController implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VipController.class);
    private static final long TIMEOUT_MS = 5_000;
    private static final long REPAIR_SECONDS = 30;
    private static final String NOT_ROOT = "changing addresses and IPVS needs root (CAP_NET_ADMIN)";
    private static final String NO_IPVS =
            "this kernel has no ip_vs (modprobe ip_vs: no such module, or not loadable here)";

    private final VipRange range;
    private final Set<Inet4Address> nodeIps;
    private final ScheduledExecutorService repairs = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("vip-repair", 0).factory());

    private NetlinkSocket route;
    private LinkManager links;
    private AddressManager addresses;
    private RtLink link;
    private IpvsBackend ipvs;
    private Sysctl expireNodest;
    private ScheduledFuture<?> repairTask;
    private VipStatus status;
    private VipTable table = VipTable.empty();
    private boolean closed;

    private VipController(VipFlags flags) {
        int nameBytes = flags.interfaceName.length();
        if (nameBytes < 1 || nameBytes > AddressManager.INTERFACE_BYTES_MAX) {
            throw new StartupException(
                    "--l4lb_interface \"" + flags.interfaceName + "\"",
                    "must be 1 to " + AddressManager.INTERFACE_BYTES_MAX + " characters",
                    "choose another name");
        }
        this.range = VipRange.parse(flags.minNamedIp, flags.maxNamedIp);
        this.nodeIps = new HashSet<>();
        for (String ip : flags.nodeIps) {
            if (!ip.isBlank()) {
                nodeIps.add(VipRange.address("--l4lb_node_ips", ip));
            }
        }
    }

    /**
     * Makes the interface with the node's own addresses, removes what a killed process of ours left, and finds out whether
     * the kernel can do virtual IPs. A missing right or kernel feature is no failure: see {@link #status}.
     *
     * @throws StartupException for flags that make no sense, or an interface name that is taken
     * @throws SyscallException for a refusal that has another reason than a missing right or feature
     */
    public static VipController launch(VipFlags flags) {
        VipController controller = new VipController(flags);
        try {
            controller.open(flags);
        } catch (RuntimeException e) {
            controller.close();
            throw e;
        }
        return controller;
    }

    /** Whether virtual IPs are forwarded, else why not. */
    public synchronized VipStatus status() {
        return status;
    }

    /** The interface that holds the node's addresses; empty when this process may not change addresses. */
    public synchronized Optional<String> interfaceName() {
        return Optional.ofNullable(link).map(RtLink::name);
    }

    /**
     * The virtual IPs that a cluster asks for, with names in this controller's range; pure.
     *
     * @param settled addresses that stand, by {@code label.framework}
     */
    public VipTable tableOf(ClusterState state, Map<String, Inet4Address> settled) {
        return VipTable.from(state, range, settled);
    }

    /**
     * Makes the kernel's virtual IPs those of the table; returns when they are. Does nothing while {@link #status} is off,
     * or after {@link #close}.
     *
     * @return how many changes the kernel was sent
     * @throws SyscallException naming the change that was refused; what could be changed is, and the rest is tried again
     *     with the next table or repair
     */
    public synchronized int apply(VipTable wanted) {
        table = wanted;
        return converge();
    }

    /** Removes what it made: services, addresses, interface, settings. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (repairTask != null) {
            repairTask.cancel(false);
        }
        repairs.shutdown();
        try {
            if (ipvs != null) {
                ipvs.converge(VipTable.empty(), owned());
            }
            if (link != null) {
                addresses.converge(link.index(), link.name(), Set.of());
                links.remove();
            }
            if (expireNodest != null) {
                expireNodest.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (ipvs != null) {
                ipvs.close();
            }
            if (route != null) {
                route.close();
            }
        }
    }

    private synchronized void open(VipFlags flags) {
        route = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, TIMEOUT_MS);
        links = new LinkManager(route, flags.interfaceName);
        addresses = new AddressManager(route);
        Set<Inet4Address> leftAddresses = ownAddresses();
        try {
            link = links.open();
            addresses.converge(link.index(), link.name(), nodeIps);
        } catch (SyscallException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            status = new VipStatus.Off(NOT_ROOT);
            return;
        }
        Optional<IpvsBackend> backend = IpvsBackend.open(flags.scheduler);
        if (backend.isEmpty()) {
            status = new VipStatus.Off(NO_IPVS);
            return;
        }
        ipvs = backend.get();
        ipvs.converge(VipTable.empty(), owned().or(leftAddresses::contains));
        settle();
        status = new VipStatus.On(link.name());
        repairTask = repairs.scheduleWithFixedDelay(this::repair, REPAIR_SECONDS, REPAIR_SECONDS, TimeUnit.SECONDS);
    }

    private void settle() {
        try {
            expireNodest = Sysctl.set(Sysctl.EXPIRE_NODEST_CONN, "1");
        } catch (IOException e) {
            LOG.warn(
                    "{} cannot be set ({}): connections to a task that has ended hang until they time out",
                    Sysctl.EXPIRE_NODEST_CONN,
                    e.toString());
        }
    }

    private synchronized void repair() {
        try {
            int changes = converge();
            if (changes > 0) {
                LOG.warn("{} virtual IP entries had been changed by someone else and are as they should be", changes);
            }
        } catch (RuntimeException e) {
            // Without the catch the executor would never run again; the next repair or apply() reports it anew.
            LOG.error("virtual IPs could not be repaired", e);
        }
    }

    private int converge() {
        if (closed || ipvs == null) {
            return 0;
        }
        // Services first: an address that answers has its backends.
        int changes = ipvs.converge(table, owned());
        Set<Inet4Address> wanted = new HashSet<>(nodeIps);
        table.vips().forEach(vip -> wanted.add(vip.address()));
        return changes + addresses.converge(link.index(), link.name(), wanted);
    }

    private Predicate<Inet4Address> owned() {
        Set<Inet4Address> held = ownAddresses();
        return address -> range.contains(address) || held.contains(address);
    }

    private Set<Inet4Address> ownAddresses() {
        Set<Inet4Address> held = new HashSet<>();
        List<RtAddress> present = addresses.ours();
        present.forEach(address -> held.add(Ipv4.of(address.address())));
        return held;
    }
}
