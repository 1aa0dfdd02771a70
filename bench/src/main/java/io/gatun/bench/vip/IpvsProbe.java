package io.gatun.bench.vip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Reads the kernel's virtual services where everybody can: net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_info_seq_show. */
final class IpvsProbe {
    private static final Path SERVICES = Path.of("/proc/net/ip_vs");

    private IpvsProbe() {}

    /** Why virtual IPs cannot be measured here; empty when they can. To be asked when the stack is up. */
    static Optional<String> missing() {
        if (!Files.exists(SERVICES)) {
            return Optional.of("this kernel has no ip_vs");
        }
        return System.getProperty("user.name").equals("root")
                ? Optional.empty()
                : Optional.of("changing IPVS needs root (CAP_NET_ADMIN)");
    }

    /** Whether a service forwards to this port of loopback. */
    static boolean forwardsTo(int port) {
        try {
            return forwardsTo(Files.readString(SERVICES), port);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + SERVICES, e);
        }
    }

    /** @param services the file's content: backends are {@code -> ADDRESS:PORT} in hexadecimal */
    static boolean forwardsTo(String services, int port) {
        String backend = String.format(Locale.ROOT, "-> 7F000001:%04X ", port);
        return services.lines().anyMatch(line -> line.strip().startsWith(backend));
    }
}
