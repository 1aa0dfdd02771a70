package io.gatun.ipvs;

import java.net.Inet4Address;

/**
 * A virtual service as the kernel has it: struct ip_vs_service_user of linux/ip_vs.h, IPv4, without a firewall mark.
 *
 * @param port 1 to 65535
 * @param scheduler such as {@code wlc}; at most 15 bytes
 */
record IpvsService(VipProtocol protocol, Inet4Address address, int port, String scheduler) {
    /** IP_VS_SCHEDNAME_MAXLEN without the NUL. */
    private static final int SCHEDULER_BYTES_MAX = 15;

    IpvsService {
        Ipv4.requirePort("port", port);
        if (scheduler.isEmpty() || scheduler.length() > SCHEDULER_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "scheduler \"" + scheduler + "\": must be 1 to " + SCHEDULER_BYTES_MAX + " bytes");
        }
    }

    /** What identifies it in the kernel. */
    Key key() {
        return new Key(protocol, address, port);
    }

    /** The identity of a service, and how errors name it: {@code tcp 11.0.0.37:80}. */
    record Key(VipProtocol protocol, Inet4Address address, int port) {
        @Override
        public String toString() {
            return protocol.label() + " " + address.getHostAddress() + ":" + port;
        }
    }
}
