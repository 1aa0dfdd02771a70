package io.gatun.containerizer.network;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 network. Its first address is the bridge's, its last the broadcast's, those between are for containers.
 *
 * @param network its number; the first byte of the dotted form is the highest
 * @param prefixBits 8 to 29
 */
public record Subnet(int network, int prefixBits) {
    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");
    private static final int PREFIX_MIN = 8;
    private static final int PREFIX_MAX = 29;
    private static final int BYTE_MAX = 255;
    /** Locally administered; then one of our own, then the four bytes of the address. */
    private static final byte[] MAC = {2, 0x67};

    public Subnet {
        if (prefixBits < PREFIX_MIN || prefixBits > PREFIX_MAX || (network & ~mask(prefixBits)) != 0) {
            throw new IllegalArgumentException("subnet=" + text(network) + "/" + prefixBits + ": must be a network of "
                    + PREFIX_MIN + " to " + PREFIX_MAX + " bits, and no bit set behind them");
        }
    }

    /**
     * Reads text such as {@code 172.29.0.0/16}.
     *
     * @throws IllegalArgumentException naming the flag
     */
    public static Subnet parse(String flag, String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches() || matcher.group(5) == null) {
            throw new IllegalArgumentException(flag + "=" + text + ": must be a network such as 172.29.0.0/16");
        }
        return new Subnet(address(flag, text.substring(0, text.indexOf('/'))), Integer.parseInt(matcher.group(5)));
    }

    /**
     * Reads an address such as {@code 172.29.0.2}.
     *
     * @throws IllegalArgumentException naming the field
     */
    public static int address(String field, String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches() || matcher.group(5) != null) {
            throw new IllegalArgumentException(field + "=" + text + ": must be an IPv4 address such as 172.29.0.2");
        }
        int address = 0;
        for (int i = 1; i <= Integer.BYTES; i++) {
            int part = Integer.parseInt(matcher.group(i));
            if (part > BYTE_MAX) {
                throw new IllegalArgumentException(field + "=" + text + ": each of its numbers must be 0 to 255");
            }
            address = address << Byte.SIZE | part;
        }
        return address;
    }

    /** The bridge's own address, the containers' gateway. */
    public int gateway() {
        return network + 1;
    }

    /** The first address for containers. */
    public int first() {
        return network + 2;
    }

    /** The last address for containers. */
    public int last() {
        return (network | ~mask(prefixBits)) - 1;
    }

    /** How many containers can have an address. */
    public int size() {
        return last() - first() + 1;
    }

    /** Whether a container can have this address. */
    public boolean holds(int address) {
        return (address & mask(prefixBits)) == network
                && Integer.compareUnsigned(address, first()) >= 0
                && Integer.compareUnsigned(address, last()) <= 0;
    }

    /** Dotted. */
    public static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & BYTE_MAX) + "." + (address >>> 8 & BYTE_MAX) + "."
                + (address & BYTE_MAX);
    }

    /**
     * The MAC address that belongs to an address: who gets the address of a container that is gone has its MAC address too,
     * so no neighbour's table is out of date.
     */
    static byte[] mac(int address) {
        return new byte[] {
            MAC[0], MAC[1], (byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address
        };
    }

    private static int mask(int prefixBits) {
        return -1 << (Integer.SIZE - prefixBits);
    }

    @Override
    public String toString() {
        return text(network) + "/" + prefixBits;
    }
}
