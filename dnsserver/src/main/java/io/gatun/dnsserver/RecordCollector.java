package io.gatun.dnsserver;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Takes records one by one, each once, and leaves out with a reason those whose name DNS cannot carry: one bad name never
 * costs the others theirs.
 */
final class RecordCollector {
    /** IPv4 before IPv6, then by value. */
    static final Comparator<InetAddress> BY_BYTES = Comparator.comparingInt((InetAddress ip) -> ip.getAddress().length)
            .thenComparing((a, b) -> Arrays.compareUnsigned(a.getAddress(), b.getAddress()));

    private final Map<String, TreeSet<InetAddress>> addresses = new TreeMap<>();
    private final Map<String, TreeSet<SrvTarget>> services = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private List<DnsRecords.EnumeratedRecord> enumeration = new ArrayList<>();

    /** From now on new records are noted in this list as well. */
    void enumerateInto(List<DnsRecords.EnumeratedRecord> list) {
        enumeration = list;
    }

    void problem(String text) {
        problems.add(text);
    }

    /** Adds an A or AAAA record; the name may lack its trailing dot and be of any case. */
    void address(String name, InetAddress ip) {
        boolean carried = ip instanceof Inet4Address || ip instanceof Inet6Address;
        if (carried && isValid(name)) {
            String absolute = absolute(name);
            if (addresses
                    .computeIfAbsent(absolute, key -> new TreeSet<>(BY_BYTES))
                    .add(ip)) {
                String type = ip instanceof Inet4Address ? "A" : "AAAA";
                enumeration.add(new DnsRecords.EnumeratedRecord(absolute, ip.getHostAddress(), type));
            }
        }
    }

    /** Adds an SRV record. */
    void service(String name, String target, int port) {
        if (isValid(name) && isValid(target)) {
            String absolute = absolute(name);
            SrvTarget srv = new SrvTarget(absolute(target), port);
            if (services.computeIfAbsent(absolute, key -> new TreeSet<>()).add(srv)) {
                enumeration.add(new DnsRecords.EnumeratedRecord(absolute, srv.hostAndPort(), "SRV"));
            }
        }
    }

    DnsRecords toRecords(List<DnsRecords.EnumeratedFramework> frameworks) {
        SortedMap<String, List<InetAddress>> a = new TreeMap<>();
        addresses.forEach((name, ips) -> a.put(name, List.copyOf(ips)));
        SortedMap<String, List<SrvTarget>> srv = new TreeMap<>();
        services.forEach((name, targets) -> srv.put(name, List.copyOf(targets)));
        return new DnsRecords(a, srv, frameworks, problems);
    }

    private boolean isValid(String name) {
        try {
            DnsName.toWire(name);
            return true;
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
            return false;
        }
    }

    private static String absolute(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }
}
