package io.gatun.ipvs;

import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;

/**
 * One virtual address and port with what stands behind it.
 *
 * @param name {@code label.framework} as in {@code web.marathon.l4lb.thisdcos.directory}; empty when the label gave a
 *     literal address
 * @param address where clients connect to
 * @param port 1 to 65535
 * @param backends sorted, at most one per address and port
 */
public record Vip(
        Optional<String> name, VipProtocol protocol, Inet4Address address, int port, List<VipBackend> backends) {
    /** The zone of the names of virtual IPs, as Minuteman has it. */
    public static final String ZONE = "l4lb.thisdcos.directory";

    public Vip {
        Ipv4.requirePort("port", port);
        backends = backends.stream().sorted().toList();
        for (int i = 1; i < backends.size(); i++) {
            VipBackend a = backends.get(i - 1);
            VipBackend b = backends.get(i);
            if (a.address().equals(b.address()) && a.port() == b.port()) {
                throw new IllegalArgumentException(
                        "backends: " + a.address().getHostAddress() + ":" + a.port() + " is listed twice");
            }
        }
    }

    /** The full DNS name, without a trailing dot; empty for a literal address. */
    public Optional<String> dnsName() {
        return name.map(label -> label + "." + ZONE);
    }
}
