package io.gatun.dnsserver;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/** Names as people type them into HTTP paths. */
final class RecordLookup {
    private RecordLookup() {}

    /** Lower case, with one trailing dot. */
    static String absolute(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }

    static List<InetAddress> addresses(DnsRecords records, String name) {
        return records.addresses().getOrDefault(absolute(name), List.of());
    }

    static List<SrvTarget> services(DnsRecords records, String name) {
        return records.services().getOrDefault(absolute(name), List.of());
    }

    /** The first address of an SRV record's target; empty text when it has none. */
    static String firstAddress(DnsRecords records, SrvTarget target) {
        return addresses(records, target.host()).stream()
                .findFirst()
                .map(InetAddress::getHostAddress)
                .orElse("");
    }

    static String version() {
        String version = DnsServer.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
