package io.gatun.ipvs;

import io.gatun.mesos.names.DnsLabel;
import java.net.Inet4Address;
import java.util.Optional;

/**
 * What the value of a VIP label asks for: {@code /web:80}, {@code web:80} or {@code 10.1.2.3:80}.
 *
 * @param name a name to which the framework's is added, mangled; empty when {@code address} is given
 * @param address the literal address, if one is asked for
 * @param port 1 to 65535
 */
record VipLabel(String name, Optional<Inet4Address> address, int port) {
    /**
     * Parses a value.
     *
     * @throws IllegalArgumentException naming value and rule
     */
    static VipLabel parse(String value) {
        int colon = value.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("\"" + value + "\": must be /NAME:PORT or ADDRESS:PORT");
        }
        String host = value.substring(0, colon);
        int port = port(value, value.substring(colon + 1));
        Optional<Inet4Address> address = Ipv4.parse(host.startsWith("/") ? host.substring(1) : host);
        if (address.isPresent()) {
            return new VipLabel("", address, port);
        }
        if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("\"" + value + "\": IPv6 addresses are not forwarded");
        }
        // Groups vanish: /mygroup/myapp is mygroupmyapp, as DC/OS has it.
        String name = DnsLabel.domain(host.replace("/", ""));
        if (name.isEmpty()) {
            throw new IllegalArgumentException("\"" + value + "\": the name has no letter or digit");
        }
        return new VipLabel(name, address, port);
    }

    private static int port(String value, String text) {
        try {
            int port = Integer.parseInt(text);
            Ipv4.requirePort("port", port);
            return port;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + value + "\": the port must be 1 to 65535", e);
        }
    }
}
