package io.gatun.dnsserver;

import java.util.Comparator;

/**
 * Where an SRV record points, RFC 2782. Priority is 0 and weight 1, as Mesos-DNS has it.
 *
 * @param host lower-case, absolute, with a trailing dot
 * @param port 0 to 65535
 */
public record SrvTarget(String host, int port) implements Comparable<SrvTarget> {
    private static final Comparator<SrvTarget> ORDER =
            Comparator.comparing(SrvTarget::host).thenComparingInt(SrvTarget::port);

    public SrvTarget {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + ": must be 0 to 65535");
        }
        if (!host.endsWith(".")) {
            throw new IllegalArgumentException("host " + host + ": must end with a dot");
        }
    }

    /** {@code host.:port}, the form of Mesos-DNS' HTTP interface. */
    public String hostAndPort() {
        return host + ":" + port;
    }

    @Override
    public int compareTo(SrvTarget other) {
        return ORDER.compare(this, other);
    }
}
