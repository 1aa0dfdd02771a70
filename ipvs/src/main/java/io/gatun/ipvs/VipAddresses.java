package io.gatun.ipvs;

import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Addresses for the names of virtual IPs. First choice as Minuteman computes it, so that a name keeps the address it had
 * there: {@code first + phash2(name) mod (last - first)}.
 *
 * <p>Where two names want one address, the one that sorts first by its bytes has it, and the other takes the next free one,
 * wrapping round at the end of the range. So the result is a function of the set of names alone: every node computes the
 * same, in whatever order it heard of them. (Minuteman's depended on the order, and differed between nodes.) That alone
 * would let a name that comes later and sorts before take an address over; so what nodes compute is a proposal, and what the
 * masters have settled stands.
 */
final class VipAddresses {
    private static final int GOLDEN_RATIO = 0x9e3779b9;
    /** 13 times the golden ratio: erts' constant for binaries, erl_term_hashing.c, HCONST_13. */
    private static final int PHASH2_BINARY_SEED = 0x08d12e65;

    private VipAddresses() {}

    /**
     * Without any that are settled.
     *
     * @param names {@code label.framework}
     * @param taken addresses that labels ask for literally; no name gets one of them
     * @throws IllegalArgumentException when the range is too small
     */
    static Map<String, Inet4Address> assign(VipRange range, Collection<String> names, Set<Inet4Address> taken) {
        return assign(range, names, taken, Map.of());
    }

    /**
     * The same, with what the masters have settled: those names have their addresses, and no other name gets one of them.
     * What is settled outside of the range, or taken literally, does not count.
     *
     * @param settled by name
     * @throws IllegalArgumentException when the range is too small
     */
    static Map<String, Inet4Address> assign(
            VipRange range, Collection<String> names, Set<Inet4Address> taken, Map<String, Inet4Address> settled) {
        Set<Inet4Address> used = new HashSet<>(taken);
        used.addAll(settled.values());
        Map<String, Inet4Address> assigned = new TreeMap<>();
        for (String name : new TreeSet<>(names)) {
            Inet4Address own = settled.get(name);
            boolean counts = own != null && range.contains(own) && !taken.contains(own);
            assigned.put(name, counts ? own : free(range, name, used));
        }
        return assigned;
    }

    private static Inet4Address free(VipRange range, String name, Set<Inet4Address> used) {
        int first = Ipv4.toInt(range.first());
        int offset = firstChoice(range, name);
        for (long probe = 0; probe <= Integer.toUnsignedLong(range.size()); probe++) {
            Inet4Address address = Ipv4.of(first + offset);
            if (used.add(address)) {
                return address;
            }
            offset = offset == range.size() ? 0 : offset + 1;
        }
        throw new IllegalArgumentException("range " + range.first().getHostAddress() + " to "
                + range.last().getHostAddress() + ": no address left for " + name);
    }

    private static int firstChoice(VipRange range, String name) {
        return Integer.remainderUnsigned(phash2(name.getBytes(StandardCharsets.UTF_8)), range.size());
    }

    /**
     * Erlang's {@code erlang:phash2/1} of a binary: Bob Jenkins' lookup2 (http://burtleburtle.net/bob/hash/evahash.html),
     * little endian, all 32 bits.
     */
    static int phash2(byte[] key) {
        int a = GOLDEN_RATIO;
        int b = GOLDEN_RATIO;
        int c = PHASH2_BINARY_SEED;
        int offset = 0;
        int[] abc = new int[3];
        while (key.length - offset >= 12) {
            abc[0] = a + word(key, offset, 4);
            abc[1] = b + word(key, offset + 4, 4);
            abc[2] = c + word(key, offset + 8, 4);
            mix(abc);
            a = abc[0];
            b = abc[1];
            c = abc[2];
            offset += 12;
        }
        int rest = key.length - offset;
        abc[0] = a + word(key, offset, Math.min(rest, 4));
        abc[1] = b + word(key, offset + 4, Math.clamp(rest - 4, 0, 4));
        // The lowest byte of c is the length.
        abc[2] = c + key.length + (word(key, offset + 8, Math.clamp(rest - 8, 0, 3)) << 8);
        mix(abc);
        return abc[2];
    }

    private static int word(byte[] key, int offset, int bytes) {
        int word = 0;
        for (int i = 0; i < bytes; i++) {
            word |= (key[offset + i] & 0xff) << (8 * i);
        }
        return word;
    }

    private static void mix(int[] abc) {
        int a = abc[0];
        int b = abc[1];
        int c = abc[2];
        a = a - b - c ^ c >>> 13;
        b = b - c - a ^ a << 8;
        c = c - a - b ^ b >>> 13;
        a = a - b - c ^ c >>> 12;
        b = b - c - a ^ a << 16;
        c = c - a - b ^ b >>> 5;
        a = a - b - c ^ c >>> 3;
        b = b - c - a ^ a << 10;
        c = c - a - b ^ b >>> 15;
        abc[0] = a;
        abc[1] = b;
        abc[2] = c;
    }
}
