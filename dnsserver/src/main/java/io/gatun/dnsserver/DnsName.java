package io.gatun.dnsserver;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Names between dotted text and wire. The wire form here is without the root's zero byte. */
final class DnsName {
    private DnsName() {}

    /**
     * Text to wire, lower case.
     *
     * @param name absolute, with or without a trailing dot
     * @throws IllegalArgumentException naming the rule that the name breaks
     */
    static byte[] toWire(String name) {
        String relative = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        byte[] text = relative.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        if (text.length == 0) {
            throw new IllegalArgumentException("name \"" + name + "\": is empty");
        }
        if (text.length + 2 > Dns.NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "name " + name + ": " + (text.length + 2) + " bytes, at most " + Dns.NAME_BYTES_MAX);
        }
        byte[] wire = new byte[text.length + 1];
        int labelStart = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i == text.length || text[i] == '.') {
                int length = i - labelStart;
                if (length == 0 || length > Dns.LABEL_BYTES_MAX) {
                    throw new IllegalArgumentException(
                            "name " + name + ": a label has " + length + " bytes, must be 1 to " + Dns.LABEL_BYTES_MAX);
                }
                wire[labelStart] = (byte) length;
                labelStart = i + 1;
            } else {
                wire[i + 1] = text[i];
            }
        }
        return wire;
    }

    /** The part after the first label, in dotted text; empty for a name of one label. */
    static String parent(String name) {
        int dot = name.indexOf('.');
        return dot < 0 || dot == name.length() - 1 ? "" : name.substring(dot + 1);
    }

    /** Whether a name is the origin or below it; both with a trailing dot, lower case. */
    static boolean isWithin(String name, String origin) {
        int start = name.length() - origin.length();
        return name.endsWith(origin) && (start == 0 || name.charAt(start - 1) == '.');
    }

    /**
     * Start, in the first name, of the longest run of whole labels that ends both names; the first name's length when they
     * share none.
     */
    static int commonSuffixStart(byte[] name, byte[] other) {
        for (int start = 0; start < name.length; start += 1 + name[start]) {
            int length = name.length - start;
            int from = other.length - length;
            if (from >= 0
                    && isLabelStart(other, from)
                    && Arrays.equals(name, start, name.length, other, from, other.length)) {
                return start;
            }
        }
        return name.length;
    }

    private static boolean isLabelStart(byte[] wire, int offset) {
        int start = 0;
        while (start < offset) {
            start += 1 + wire[start];
        }
        return start == offset;
    }

    /** The hash of a lower-case wire name: FNV-1a from its last byte to its first, so that suffixes come on the way. */
    static int hash(byte[] wire) {
        int hash = HASH_SEED;
        for (int i = wire.length - 1; i >= 0; i--) {
            hash = hashStep(hash, wire[i]);
        }
        return hash;
    }

    static final int HASH_SEED = 0x811c9dc5;

    static int hashStep(int hash, byte next) {
        return (hash ^ next) * 0x01000193;
    }

    /** Spreads a hash over all bits, so that its lowest can choose a slot: the end of MurmurHash3. */
    static int spread(int hash) {
        int h = hash;
        h = (h ^ h >>> 16) * 0x85ebca6b;
        h = (h ^ h >>> 13) * 0xc2b2ae35;
        return h ^ h >>> 16;
    }
}
