package io.gatun.dnsserver;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Collects zones and records, then encodes them. Not thread-safe; good for one table. */
final class AnswerTableBuilder {
    /** A name with what it has; found once per name, because a large cluster has many. */
    private static final class Node {
        private final byte[] wire;
        private final Zone zone;
        private final List<RecordSet> sets = new ArrayList<>();

        Node(String name, Zone zone) {
            this.wire = DnsName.toWire(name);
            this.zone = zone;
        }
    }

    private final List<Zone> zones = new ArrayList<>();
    private final Map<String, Node> names = new LinkedHashMap<>();
    private final Map<String, List<RecordSet>> addresses = new HashMap<>();

    /** Adds a zone with its apex records. */
    AnswerTableBuilder zone(Zone zone) {
        zones.add(zone);
        List<RecordSet> sets = node(zone.origin()).sets;
        sets.add(RecordSet.of(Dns.TYPE_SOA, zone.ttlSeconds(), List.of(zone.soa())));
        sets.add(RecordSet.ns(zone.ttlSeconds(), zone.primary()));
        return this;
    }

    /** Adds A and AAAA records of a name; lower case, with a trailing dot, inside of a zone that was added. */
    AnswerTableBuilder addresses(String name, List<InetAddress> ips) {
        Node node = node(name);
        int ttl = node.zone.ttlSeconds();
        List<byte[]> four = new ArrayList<>();
        List<byte[]> six = new ArrayList<>();
        ips.forEach(ip -> (ip instanceof Inet4Address ? four : six).add(ip.getAddress()));
        List<RecordSet> sets = new ArrayList<>();
        if (!four.isEmpty()) {
            sets.add(RecordSet.of(Dns.TYPE_A, ttl, four));
        }
        if (!six.isEmpty()) {
            sets.add(RecordSet.of(Dns.TYPE_AAAA, ttl, six));
        }
        addresses.put(name, sets);
        // First, because a query for ANY gets the first set.
        node.sets.addAll(0, sets);
        return this;
    }

    /** Adds SRV records of a name, as {@link #addresses} does. */
    AnswerTableBuilder services(String name, List<SrvTarget> targets) {
        Node node = node(name);
        node.sets.add(RecordSet.srv(node.zone.ttlSeconds(), targets));
        return this;
    }

    /** Encodes all that was added. */
    AnswerTable build() {
        for (String name : List.copyOf(names.keySet())) {
            addAncestors(name);
        }
        int capacity = BitUtil.findNextPositivePowerOfTwo(Math.max(16, names.size() * 2));
        BlockWriter block = new BlockWriter();
        block.skip(capacity * AnswerTable.SLOT_BYTES);
        Map<String, Integer> zoneOffsets = new HashMap<>();
        for (Zone zone : zones) {
            zoneOffsets.put(zone.origin(), encode(zone, block));
        }
        for (Node node : names.values()) {
            int offset = encode(node, zoneOffsets.get(node.zone.origin()), block);
            insert(DnsName.hash(node.wire), offset, capacity - 1, block);
        }
        UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(block.length()));
        block.buffer().getBytes(0, memory, 0, block.length());
        return new AnswerTable(memory, capacity);
    }

    private Node node(String name) {
        return names.computeIfAbsent(name, key -> new Node(key, zoneOf(key)));
    }

    private Zone zoneOf(String name) {
        Zone best = null;
        for (Zone zone : zones) {
            boolean longer =
                    best == null || zone.origin().length() > best.origin().length();
            if (longer && DnsName.isWithin(name, zone.origin())) {
                best = zone;
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("name " + name + ": is in no zone of this server");
        }
        return best;
    }

    /** A name between a record and its zone exists, even if it has no records (RFC 8020). */
    private void addAncestors(String name) {
        String origin = names.get(name).zone.origin();
        String parent = name;
        while (!parent.equals(origin)) {
            parent = DnsName.parent(parent);
            if (names.containsKey(parent)) {
                // It is in the list of names itself, or was added with all of its own.
                return;
            }
            node(parent);
        }
    }

    private static int encode(Zone zone, BlockWriter block) {
        byte[] soa = RecordSet.withoutOwner(Dns.TYPE_SOA, zone.ttlSeconds(), zone.soa());
        int offset = block.align();
        block.putInt(DnsName.toWire(zone.origin()).length)
                .putInt(zone.ready() ? 1 : 0)
                .putInt(soa.length)
                .putBytes(soa);
        return offset;
    }

    private int encode(Node node, int zone, BlockWriter block) {
        List<Integer> offsets = new ArrayList<>();
        for (RecordSet set : node.sets) {
            offsets.add(block.align());
            set.encode(node.wire, addresses, block);
        }
        int offset = block.align();
        block.putInt(zone).putInt(node.wire.length).putInt(offsets.size());
        for (int i = 0; i < offsets.size(); i++) {
            block.putInt(node.sets.get(i).type()).putInt(offsets.get(i));
        }
        block.putBytes(node.wire);
        return offset;
    }

    private static void insert(int hash, int node, int mask, BlockWriter block) {
        int slot = DnsName.spread(hash) & mask;
        while (block.get(slot * AnswerTable.SLOT_BYTES + AnswerTable.SLOT_NODE) != AnswerTable.NONE) {
            slot = (slot + 1) & mask;
        }
        block.set(slot * AnswerTable.SLOT_BYTES, hash);
        block.set(slot * AnswerTable.SLOT_BYTES + AnswerTable.SLOT_NODE, node);
    }
}
