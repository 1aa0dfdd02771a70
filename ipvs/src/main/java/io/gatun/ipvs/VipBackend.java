package io.gatun.ipvs;

import java.net.Inet4Address;
import java.util.Comparator;

/**
 * One place that a virtual IP forwards to.
 *
 * @param address of the host that the task listens on
 * @param port 1 to 65535
 * @param weight 0 (no new connections) to 65535
 */
public record VipBackend(Inet4Address address, int port, int weight) implements Comparable<VipBackend> {
    private static final Comparator<VipBackend> ORDER = Comparator.comparingInt(
                    (VipBackend backend) -> Ipv4.toInt(backend.address) ^ Integer.MIN_VALUE)
            .thenComparingInt(VipBackend::port)
            .thenComparingInt(VipBackend::weight);

    public VipBackend {
        Ipv4.requirePort("port", port);
        if (weight < 0 || weight > 65_535) {
            throw new IllegalArgumentException("weight " + weight + ": must be 0 to 65535");
        }
    }

    @Override
    public int compareTo(VipBackend other) {
        return ORDER.compare(this, other);
    }
}
