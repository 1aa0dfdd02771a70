package io.gatun.ipvs;

import io.gatun.mesos.flags.StartupException;
import java.net.Inet4Address;

/**
 * The addresses for named virtual IPs, both ends included. Numbers are unsigned.
 *
 * @param first not above {@code last}
 */
record VipRange(Inet4Address first, Inet4Address last) {
    VipRange {
        if (Integer.compareUnsigned(Ipv4.toInt(first), Ipv4.toInt(last)) >= 0) {
            throw new IllegalArgumentException("range " + first.getHostAddress() + " to " + last.getHostAddress()
                    + ": the first must be below the last");
        }
    }

    /** DC/OS' range. */
    static VipRange standard() {
        return new VipRange(Ipv4.of(11 << 24), Ipv4.of((12 << 24) - 2));
    }

    static VipRange parse(String first, String last) {
        try {
            return new VipRange(address("--l4lb_min_named_ip", first), address("--l4lb_max_named_ip", last));
        } catch (IllegalArgumentException e) {
            throw new StartupException("--l4lb_min_named_ip, --l4lb_max_named_ip", e.getMessage(), "correct the flags");
        }
    }

    static Inet4Address address(String flag, String text) {
        return Ipv4.parse(text)
                .orElseThrow(() -> new StartupException(
                        flag + " \"" + text + "\"", "not an IPv4 address", "give one such as 11.0.0.0"));
    }

    boolean contains(Inet4Address address) {
        int number = Ipv4.toInt(address);
        return Integer.compareUnsigned(number, Ipv4.toInt(first)) >= 0
                && Integer.compareUnsigned(number, Ipv4.toInt(last)) <= 0;
    }

    /** Last minus first, as Minuteman counts: the last address is reached by probing only. Fits 32 bits, unsigned. */
    int size() {
        return Ipv4.toInt(last) - Ipv4.toInt(first);
    }
}
