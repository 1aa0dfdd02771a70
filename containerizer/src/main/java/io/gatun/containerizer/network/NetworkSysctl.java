package io.gatun.containerizer.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings of the agent's network namespace under /proc/sys/net; Documentation/networking/ip-sysctl.rst. */
final class NetworkSysctl {
    private static final Path IPV4 = Path.of("/proc/sys/net/ipv4");

    private NetworkSysctl() {}

    /**
     * What a bridge of containers needs: packets go on from one interface to another, and the host's own 127.0.0.1 may be
     * the source of packets to the bridge. Like every container runtime we leave forwarding on when we end: others may have
     * come to rely on it.
     */
    static void forwarding(String bridge) {
        set(IPV4.resolve("ip_forward"), "1");
        set(IPV4.resolve("conf").resolve(bridge).resolve("route_localnet"), "1");
    }

    private static void set(Path file, String value) {
        try {
            // Not written when it is so already: /proc/sys may be read-only, and then that is good enough.
            if (!Files.readString(file).strip().equals(value)) {
                Files.writeString(file, value);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("write \"" + value + "\" to " + file, e);
        }
    }
}
