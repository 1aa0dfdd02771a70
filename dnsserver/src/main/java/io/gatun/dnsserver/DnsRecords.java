package io.gatun.dnsserver;

import io.gatun.mesos.names.Hosts;
import io.gatun.mesos.operator.ClusterState;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What DNS should answer: a value, made by {@link DnsRecordsBuilder} and put into force by {@link DnsServer#publish}. Names are
 * lower-case and absolute, with a trailing dot.
 *
 * @param addresses A and AAAA records; none twice
 * @param services SRV records; none twice
 * @param frameworks who caused which record, for {@code /v1/enumerate}
 * @param problems records that were left out, one line each with name and reason; the others are not affected
 */
public record DnsRecords(
        SortedMap<String, List<InetAddress>> addresses,
        SortedMap<String, List<SrvTarget>> services,
        List<EnumeratedFramework> frameworks,
        List<String> problems) {
    /** Zone of tasks, agents and masters; Mesos-DNS' default. */
    public static final String DOMAIN = "mesos";

    public DnsRecords {
        addresses = frozen(addresses);
        services = frozen(services);
        frameworks = List.copyOf(frameworks);
        problems = List.copyOf(problems);
    }

    /**
     * A framework with its running tasks.
     *
     * @param name as the framework gave it
     */
    public record EnumeratedFramework(String name, List<EnumeratedTask> tasks) {
        public EnumeratedFramework {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * A running task with the records that exist because of it.
     *
     * @param name as the framework gave it
     */
    public record EnumeratedTask(String name, String id, List<EnumeratedRecord> records) {
        public EnumeratedTask {
            records = List.copyOf(records);
        }
    }

    /**
     * One record.
     *
     * @param host an address, or {@code target.:port}
     * @param type "A", "AAAA" or "SRV"
     */
    public record EnumeratedRecord(String name, String host, String type) {}

    /**
     * The records of a cluster, by Mesos-DNS' rules.
     *
     * @param vips names of virtual IPs to their addresses, without trailing dots
     */
    public static DnsRecords from(ClusterState state, Map<String, Inet4Address> vips) {
        DnsRecordsBuilder builder = new DnsRecordsBuilder();
        state.leader()
                .ifPresent(leader ->
                        Hosts.of(leader).ifPresent(ip -> builder.masters(ip, leader.getPort(), masters(state))));
        state.agents().forEach(builder::agent);
        state.frameworks().forEach(framework -> builder.framework(framework.getFrameworkInfo()));
        state.tasks().forEach(builder::task);
        return builder.vips(vips).build();
    }

    /** In the order of their addresses: an index that a change of leader does not move. */
    private static List<InetAddress> masters(ClusterState state) {
        return state.masters().stream()
                .flatMap(master -> Hosts.of(master).stream())
                .distinct()
                .sorted(RecordCollector.BY_BYTES)
                .toList();
    }

    /** No record of the cluster; the fixed zones are answered all the same. */
    public static DnsRecords empty() {
        return new DnsRecords(new TreeMap<>(), new TreeMap<>(), List.of(), List.of());
    }

    private static <T> SortedMap<String, List<T>> frozen(SortedMap<String, List<T>> map) {
        SortedMap<String, List<T>> copy = new TreeMap<>();
        map.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        return Collections.unmodifiableSortedMap(copy);
    }
}
