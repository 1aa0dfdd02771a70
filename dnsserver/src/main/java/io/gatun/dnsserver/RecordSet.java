package io.gatun.dnsserver;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The records of one name and type, ready to be encoded.
 *
 * @param data RDATA of each record, names not compressed (RFC 2782 forbids it for SRV)
 * @param targets names that the data points to, lower case, with a trailing dot: their addresses go along
 */
record RecordSet(int type, int ttlSeconds, List<byte[]> data, Set<String> targets) {
    static RecordSet of(int type, int ttlSeconds, List<byte[]> data) {
        return new RecordSet(type, ttlSeconds, data, Set.of());
    }

    /** SRV: priority 0, weight 1, RFC 2782. */
    static RecordSet srv(int ttlSeconds, List<SrvTarget> records) {
        List<byte[]> data = new ArrayList<>();
        Set<String> targets = new LinkedHashSet<>();
        for (SrvTarget record : records) {
            byte[] name = DnsName.toWire(record.host());
            data.add(ByteBuffer.allocate(3 * Short.BYTES + name.length + 1)
                    .putShort((short) 0)
                    .putShort((short) 1)
                    .putShort((short) record.port())
                    .put(name)
                    .put((byte) 0)
                    .array());
            targets.add(record.host());
        }
        return new RecordSet(Dns.TYPE_SRV, ttlSeconds, data, targets);
    }

    static RecordSet ns(int ttlSeconds, String server) {
        byte[] name = DnsName.toWire(server);
        byte[] data =
                ByteBuffer.allocate(name.length + 1).put(name).put((byte) 0).array();
        return new RecordSet(Dns.TYPE_NS, ttlSeconds, List.of(data), Set.of(server));
    }

    /**
     * Encodes for {@link AnswerTable}.
     *
     * @param owner in wire form; addresses are the address sets of all names
     */
    void encode(byte[] owner, Map<String, List<RecordSet>> addresses, BlockWriter block) {
        List<byte[]> answers = data.stream()
                .map(rdata -> record(pointer(Dns.HEADER_BYTES), this, rdata))
                .toList();
        List<byte[]> additional = new ArrayList<>();
        for (String target : targets) {
            byte[] name = compressed(DnsName.toWire(target), owner);
            for (RecordSet set : addresses.getOrDefault(target, List.of())) {
                set.data.forEach(rdata -> additional.add(record(name, set, rdata)));
            }
        }
        block.putInt(answers.size())
                .putInt(bytes(answers))
                .putInt(additional.size())
                .putInt(bytes(additional));
        int start = 0;
        for (byte[] answer : answers) {
            block.putInt(start);
            start += answer.length;
        }
        block.putInt(start);
        answers.forEach(block::putBytes);
        additional.forEach(block::putBytes);
    }

    /** A record from its type on, without an owner. */
    static byte[] withoutOwner(int type, int ttlSeconds, byte[] rdata) {
        return record(new byte[0], new RecordSet(type, ttlSeconds, List.of(), Set.of()), rdata);
    }

    private static byte[] record(byte[] owner, RecordSet set, byte[] rdata) {
        return ByteBuffer.allocate(owner.length + Dns.RECORD_HEADER_BYTES + rdata.length)
                .put(owner)
                .putShort((short) set.type)
                .putShort((short) Dns.CLASS_IN)
                .putInt(set.ttlSeconds)
                .putShort((short) rdata.length)
                .put(rdata)
                .array();
    }

    /** The name with the labels that it shares with the question replaced by a pointer into the question. */
    private static byte[] compressed(byte[] name, byte[] question) {
        int start = DnsName.commonSuffixStart(name, question);
        if (start == name.length) {
            return ByteBuffer.allocate(name.length + 1).put(name).put((byte) 0).array();
        }
        int offset = Dns.HEADER_BYTES + question.length - (name.length - start);
        return ByteBuffer.allocate(start + 2)
                .put(name, 0, start)
                .put(pointer(offset))
                .array();
    }

    private static byte[] pointer(int offset) {
        return new byte[] {(byte) ((Dns.POINTER | offset) >>> 8), (byte) offset};
    }

    private static int bytes(List<byte[]> records) {
        return records.stream().mapToInt(record -> record.length).sum();
    }
}
