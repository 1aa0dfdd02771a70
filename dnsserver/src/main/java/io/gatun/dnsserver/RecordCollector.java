package io.gatun.dnsserver;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

    private final Map<String, TreeSet<InetAddress>> addresses = new HashMap<>();
    private final Map<String, TreeSet<SrvTarget>> services = new HashMap<>();
    private final Map<String, Optional<String>> names = new HashMap<>();
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
        Optional<String> absolute = valid(name);
        if (carried && absolute.isPresent()) {
            String owner = absolute.get();
            if (addresses.computeIfAbsent(owner, key -> new TreeSet<>(BY_BYTES)).add(ip)) {
                String type = ip instanceof Inet4Address ? "A" : "AAAA";
                enumeration.add(new DnsRecords.EnumeratedRecord(owner, ip.getHostAddress(), type));
            }
        }
    }

    /** Adds an SRV record. */
    void service(String name, String target, int port) {
        Optional<String> absolute = valid(name);
        Optional<String> host = valid(target);
        if (absolute.isPresent() && host.isPresent()) {
            String owner = absolute.get();
            SrvTarget srv = new SrvTarget(host.get(), port);
            if (services.computeIfAbsent(owner, key -> new TreeSet<>()).add(srv)) {
                enumeration.add(new DnsRecords.EnumeratedRecord(owner, srv.hostAndPort(), "SRV"));
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

    /** The name in the form that records have; empty, with the reason noted, when DNS cannot carry it. */
    private Optional<String> valid(String name) {
        return names.computeIfAbsent(name, this::checked);
    }

    private Optional<String> checked(String name) {
        try {
            DnsName.toWire(name);
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
            return Optional.empty();
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return Optional.of(lower.endsWith(".") ? lower : lower + ".");
    }
}
