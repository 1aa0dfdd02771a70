package io.gatun.ipvs;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** IPv4 addresses as 32-bit numbers, and back; never asks a resolver. */
final class Ipv4 {
    private Ipv4() {}

    /** The address as a number whose highest byte is the first of the dotted form. */
    static int toInt(Inet4Address address) {
        byte[] bytes = address.getAddress();
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    /** The inverse of {@link #toInt}. */
    static Inet4Address of(int number) {
        byte[] bytes = {(byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number};
        try {
            return (Inet4Address) InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("four bytes are an address", impossible);
        }
    }

    /** Parses a dotted quad, strictly: four decimal numbers of 0 to 255; a host name gives empty. */
    static Optional<Inet4Address> parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        int number = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.empty();
            }
            int octet = Integer.parseInt(part);
            if (octet > 255) {
                return Optional.empty();
            }
            number = number << 8 | octet;
        }
        return Optional.of(of(number));
    }

    static void requirePort(String field, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(field + " " + port + ": must be 1 to 65535");
        }
    }
}
