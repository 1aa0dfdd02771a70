package io.gatun.dnsserver;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * All answers of one publication, encoded, in one block of memory outside the heap; read-only and safe for any number of
 * threads. The memory goes with the last reference to the table: no reader can meet a freed one. Offsets are from the block's
 * start, numbers in host order, records in wire order.
 *
 * <pre>
 *  slots   capacity * { hash, node }                      node 0 = free; linear probing; at most half full
 *  node    { zone, nameBytes, sets } sets * { type, set } name in lower-case wire form
 *  zone    { originBytes, ready, soaBytes }               SOA from its type on (its owner is a pointer, made per answer)
 *  set     { records, answerBytes, additionalRecords, additionalBytes } (records + 1) * { start }  answer, additional
 * </pre>
 *
 * A set's answer is its records with the question's name as owner (a pointer to offset 12), so only the order is left to
 * choose. Its additional part comes without choice.
 */
final class AnswerTable {
    static final int SLOT_BYTES = 8;
    static final int SLOT_NODE = 4;

    static final int NODE_ZONE = 0;
    static final int NODE_NAME_BYTES = 4;
    static final int NODE_SETS = 8;
    static final int NODE_BYTES = 12;
    static final int NODE_SET_BYTES = 8;
    static final int NODE_SET_OFFSET = 4;

    static final int ZONE_ORIGIN_BYTES = 0;
    static final int ZONE_READY = 4;
    static final int ZONE_SOA_BYTES = 8;
    static final int ZONE_BYTES = 12;

    static final int SET_RECORDS = 0;
    static final int SET_ANSWER_BYTES = 4;
    static final int SET_ADDITIONAL_RECORDS = 8;
    static final int SET_ADDITIONAL_BYTES = 12;
    static final int SET_STARTS = 16;

    /** No such node or set. */
    static final int NONE = 0;

    private final UnsafeBuffer memory;
    private final int mask;

    AnswerTable(UnsafeBuffer memory, int capacity) {
        this.memory = memory;
        this.mask = capacity - 1;
    }

    UnsafeBuffer memory() {
        return memory;
    }

    /**
     * Finds a name.
     *
     * @param hash of the name, see {@link DnsName#hash}
     * @param lower holds the name in lower-case wire form, between the two offsets
     * @return its node or {@link #NONE}
     */
    int find(int hash, byte[] lower, int start, int end) {
        int slot = DnsName.spread(hash) & mask;
        while (true) {
            int node = memory.getInt(slot * SLOT_BYTES + SLOT_NODE);
            if (node == NONE) {
                return NONE;
            }
            if (memory.getInt(slot * SLOT_BYTES) == hash && hasName(node, lower, start, end)) {
                return node;
            }
            slot = slot + 1 & mask;
        }
    }

    private boolean hasName(int node, byte[] lower, int start, int end) {
        int length = memory.getInt(node + NODE_NAME_BYTES);
        if (length != end - start) {
            return false;
        }
        int name = node + NODE_BYTES + memory.getInt(node + NODE_SETS) * NODE_SET_BYTES;
        for (int i = 0; i < length; i++) {
            if (memory.getByte(name + i) != lower[start + i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Finds the records of a type.
     *
     * @param type ANY finds the first set (RFC 8482: one of them is enough)
     * @return the set or {@link #NONE}
     */
    int set(int node, int type) {
        int sets = memory.getInt(node + NODE_SETS);
        for (int i = 0; i < sets; i++) {
            int entry = node + NODE_BYTES + i * NODE_SET_BYTES;
            if (type == Dns.TYPE_ANY || memory.getInt(entry) == type) {
                return memory.getInt(entry + NODE_SET_OFFSET);
            }
        }
        return NONE;
    }

    /** The zone that a node belongs to. */
    int zone(int node) {
        return memory.getInt(node + NODE_ZONE);
    }
}
