package io.gatun.ipvs;

import io.gatun.mesos.names.Hosts;
import io.gatun.mesos.operator.ClusterState;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.master.Response.GetFrameworks.Framework;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The virtual IPs that should exist: a value, compared with the kernel's by {@link VipController#apply}.
 *
 * @param vips sorted by address, port and protocol, none twice
 * @param problems labels that were refused, one line each with task, label and rule; the other VIPs are not affected
 */
public record VipTable(List<Vip> vips, List<String> problems) {
    private static final Comparator<Vip> ORDER = Comparator.comparingInt(
                    (Vip vip) -> Ipv4.toInt(vip.address()) ^ Integer.MIN_VALUE)
            .thenComparingInt(Vip::port)
            .thenComparing(Vip::protocol);
    private static final VipTable EMPTY = new VipTable(List.of(), List.of());

    public VipTable {
        vips = vips.stream().sorted(ORDER).toList();
        for (int i = 1; i < vips.size(); i++) {
            if (ORDER.compare(vips.get(i - 1), vips.get(i)) == 0) {
                Vip vip = vips.get(i);
                throw new IllegalArgumentException("vips: " + vip.protocol().label() + " "
                        + vip.address().getHostAddress() + ":" + vip.port() + " is listed twice");
            }
        }
        problems = List.copyOf(problems);
    }

    /** The virtual IPs that the labels of a cluster's tasks ask for, with names in DC/OS' standard range. */
    public static VipTable from(ClusterState state) {
        return from(state, VipRange.standard());
    }

    static VipTable from(ClusterState state, VipRange range) {
        return from(state, range, Map.of());
    }

    static VipTable from(ClusterState state, VipRange range, Map<String, Inet4Address> settled) {
        List<VipTask> tasks = new ArrayList<>();
        for (Task task : state.tasks()) {
            Optional<Framework> framework =
                    state.framework(task.getFrameworkId().getValue());
            Optional<InetAddress> ip = state.agent(task.getAgentId().getValue()).flatMap(Hosts::of);
            if (framework.isPresent() && ip.isPresent() && ip.get() instanceof Inet4Address agentIp) {
                tasks.add(new VipTask(task, framework.get().getFrameworkInfo().getName(), agentIp));
            }
        }
        return VipTableBuilder.build(range, tasks, settled);
    }

    /** Addresses of those that have a name, by {@code label.framework}. */
    public Map<String, Inet4Address> named() {
        Map<String, Inet4Address> named = new TreeMap<>();
        for (Vip vip : vips) {
            vip.name().ifPresent(name -> named.put(name, vip.address()));
        }
        return named;
    }

    /** The same without some names. */
    public VipTable without(Set<String> names) {
        return new VipTable(
                vips.stream()
                        .filter(vip -> vip.name().filter(names::contains).isEmpty())
                        .toList(),
                problems);
    }

    /** No virtual IP at all. */
    public static VipTable empty() {
        return EMPTY;
    }

    /** Full DNS name, such as {@code web.marathon.l4lb.thisdcos.directory}, to address; what DNS publishes. */
    public Map<String, Inet4Address> addresses() {
        Map<String, Inet4Address> addresses = new TreeMap<>();
        for (Vip vip : vips) {
            vip.dnsName().ifPresent(name -> addresses.put(name, vip.address()));
        }
        return addresses;
    }
}
