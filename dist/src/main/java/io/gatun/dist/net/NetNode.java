package io.gatun.dist.net;

import io.gatun.dnsserver.DnsRecords;
import io.gatun.dnsserver.DnsServer;
import io.gatun.dnsserver.NetView;
import io.gatun.ipvs.Vip;
import io.gatun.ipvs.VipController;
import io.gatun.ipvs.VipStatus;
import io.gatun.ipvs.VipTable;
import io.gatun.mesos.detector.MasterInfoJson;
import io.gatun.mesos.operator.ClusterState;
import io.gatun.mesos.operator.ClusterStream;
import java.net.Inet4Address;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DNS and virtual IPs together. Every change of the cluster is turned into a table of each and put into force on the
 * stream's thread: virtual IPs first, so that a name never resolves to an address that nothing forwards.
 */
public final class NetNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetNode.class);

    private final VipController vips;
    private final DnsServer dns;
    private final AtomicReference<List<String>> problems = new AtomicReference<>(List.of());
    private final SettledVips settled;
    private volatile ClusterState latest = ClusterState.EMPTY;
    private volatile ClusterStream stream;

    private NetNode(VipController vips, DnsServer dns) {
        this.vips = vips;
        this.dns = dns;
        this.settled = new SettledVips(this::settling, this::unsettled, this::publish);
    }

    /**
     * Starts both; returns when they serve, which may be before a master is found.
     *
     * @throws io.gatun.mesos.flags.StartupException for a busy port or a flag that makes no sense.
     */
    public static NetNode launch(NetFlags flags) {
        VipController vips = VipController.launch(flags.vip); // makes the interface that DNS binds to
        DnsServer dns;
        try {
            dns = DnsServer.launch(flags.dns);
        } catch (RuntimeException e) {
            vips.close();
            throw e;
        }
        NetNode node = new NetNode(vips, dns);
        node.stream = ClusterStream.open(flags.master, node::follow);
        return node;
    }

    private Optional<URI> settling() {
        ClusterStream following = stream;
        return following == null
                ? Optional.empty()
                : following.leader().map(leader -> MasterInfoJson.uri(leader, "/vips"));
    }

    private Map<String, Inet4Address> unsettled(Map<String, Inet4Address> known) {
        Map<String, Inet4Address> named = vips.tableOf(latest, known).named();
        named.keySet().removeAll(known.keySet());
        return named;
    }

    private void follow(ClusterState state) {
        latest = state;
        publish();
        if (!unsettled(settled.known()).isEmpty()) {
            settled.ask();
        }
    }

    /** On the stream's thread, and when addresses were settled. */
    private synchronized void publish() {
        ClusterState state = latest;
        Map<String, Inet4Address> known = settled.known();
        VipTable all = vips.tableOf(state, known);
        // A name has no address before it is settled, unless there is nobody to settle it.
        VipTable table = settled.answers() ? all.without(unsettled(known).keySet()) : all;
        try {
            vips.apply(table);
        } catch (RuntimeException e) {
            // The controller repeats it with its next repair; DNS must not wait for that.
            LOG.warn("virtual IPs: {}", e.getMessage(), e);
        }
        dns.publish(DnsRecords.from(state, table.addresses()));
        dns.publish(
                NetView.from(state, table.vips().stream().map(NetNode::shown).toList()));
        List<String> now = table.problems();
        if (!now.equals(problems.getAndSet(now))) {
            now.forEach(problem -> LOG.warn("virtual IPs: {}", problem));
        }
    }

    /** A virtual IP as the HTTP interface tells it: by its name where it has one. */
    private static NetView.Vip shown(Vip vip) {
        String host = vip.dnsName().orElseGet(() -> vip.address().getHostAddress());
        List<NetView.Backend> backends = vip.backends().stream()
                .map(backend -> new NetView.Backend(backend.address().getHostAddress(), backend.port()))
                .toList();
        return new NetView.Vip(host + ":" + vip.port(), vip.protocol().label(), backends);
    }

    /** The cluster as this node knows it. */
    public ClusterState state() {
        return stream.state();
    }

    /** Whether virtual IPs are forwarded, else why not. */
    public VipStatus vips() {
        return vips.status();
    }

    /** {@code ip:port} of everything that DNS answers on. */
    public List<String> resolvers() {
        return dns.listening();
    }

    /** What is off on this node and why, one line each. */
    public List<String> degradations() {
        List<String> off = new ArrayList<>();
        if (vips.status() instanceof VipStatus.Off status) {
            off.add(status.text());
        }
        off.addAll(dns.notes());
        return off;
    }

    @Override
    public void close() {
        stream.close();
        settled.close();
        dns.close();
        vips.close();
    }
}
