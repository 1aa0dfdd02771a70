package io.gatun.dnsserver;

import java.nio.ByteOrder;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Turns a query into its answer, in place and without allocation. The question stays where it is, so the answer has the case
 * in which it was asked (RFC 4343), and the records that follow point to it. One thread.
 */
final class Responder {
    private final Supplier<AnswerTable> tables;
    private final Query query = new Query();
    private AnswerTable table;
    private int rotation;

    /** @param tables gives the table in force */
    Responder(Supplier<AnswerTable> tables) {
        this.tables = tables;
    }

    /**
     * Answers the message in the buffer.
     *
     * @param offset where the message begins, and where the answer will
     * @param length of the message in bytes; what is not a query is refused or passed over
     * @param transportBytesMax longest answer over this transport when the client allows it; the buffer has room for so much
     * @param tcp whether the client's UDP limits do not apply
     * @return length of the answer, 0 when there is none to give: too short for a header, or itself an answer
     */
    int answer(UnsafeBuffer buffer, int offset, int length, int transportBytesMax, boolean tcp) {
        if (length < Dns.HEADER_BYTES) {
            return 0;
        }
        int flags = Query.u16(buffer, offset + Dns.FLAGS_OFFSET) & ~(Dns.FLAG_AA | Dns.FLAG_TC);
        if ((flags & Dns.FLAG_QR) != 0) {
            return 0;
        }
        if ((flags >>> Dns.OPCODE_SHIFT & Dns.OPCODE_MASK) != 0) {
            return headerOnly(buffer, offset, flags, Dns.NOTIMP);
        }
        if (Query.u16(buffer, offset + Dns.QDCOUNT_OFFSET) != 1 || !query.parse(buffer, offset, length)) {
            return headerOnly(buffer, offset, flags, Dns.FORMERR);
        }
        int limit = offset + (tcp ? transportBytesMax : udpBytesMax(transportBytesMax));
        counts(buffer, offset, 0, 0, 0);
        if (query.edns() && query.ednsVersion() != 0) {
            return finish(buffer, offset, flags, Dns.BADVERS, query.questionEnd());
        }
        return lookUp(buffer, offset, flags, limit - (query.edns() ? Dns.OPT_BYTES : 0));
    }

    /** The answer to a message that was cut in transport. */
    int malformed(UnsafeBuffer buffer, int offset, int length) {
        if (length < Dns.HEADER_BYTES) {
            return 0;
        }
        int flags = Query.u16(buffer, offset + Dns.FLAGS_OFFSET) & ~(Dns.FLAG_AA | Dns.FLAG_TC);
        return (flags & Dns.FLAG_QR) != 0 ? 0 : headerOnly(buffer, offset, flags, Dns.FORMERR);
    }

    private int udpBytesMax(int transportBytesMax) {
        int wanted = query.edns() ? query.ednsPayloadBytes() : Dns.UDP_BYTES_PLAIN;
        return Math.clamp(wanted, Dns.UDP_BYTES_PLAIN, transportBytesMax);
    }

    private int lookUp(UnsafeBuffer buffer, int offset, int flags, int limit) {
        int end = query.questionEnd();
        int type = query.type();
        if (type == Dns.TYPE_OPT || type == 0) {
            return finish(buffer, offset, flags, Dns.FORMERR, end);
        }
        if (type == Dns.TYPE_MAILA || type == Dns.TYPE_MAILB) {
            return finish(buffer, offset, flags, Dns.NOTIMP, end);
        }
        boolean transfer = type == Dns.TYPE_AXFR || type == Dns.TYPE_IXFR;
        boolean internet = query.recordClass() == Dns.CLASS_IN || query.recordClass() == Dns.CLASS_ANY;
        table = tables.get();
        int closest = transfer || !internet ? query.labels() : closestLabel();
        if (closest == query.labels()) {
            return finish(buffer, offset, flags, Dns.REFUSED, end);
        }
        int node = table.find(query.suffixHash(closest), query.lower, query.labelStart(closest), query.nameBytes());
        int zone = table.zone(node);
        if (table.memory().getInt(zone + AnswerTable.ZONE_READY) == 0) {
            return finish(buffer, offset, flags, Dns.SERVFAIL, end);
        }
        int authoritative = flags | Dns.FLAG_AA;
        int set = closest == 0 ? table.set(node, type) : AnswerTable.NONE;
        if (set != AnswerTable.NONE) {
            return positive(buffer, offset, authoritative, set, limit);
        }
        int rcode = closest == 0 ? Dns.NOERROR : Dns.NXDOMAIN;
        return finish(buffer, offset, authoritative, rcode, soa(buffer, offset, zone));
    }

    /** The first label from which on the name is known: 0 when all of it is; the number of labels when nothing is. */
    private int closestLabel() {
        int label = 0;
        while (label < query.labels()
                && table.find(query.suffixHash(label), query.lower, query.labelStart(label), query.nameBytes())
                        == AnswerTable.NONE) {
            label++;
        }
        return label;
    }

    private int positive(UnsafeBuffer buffer, int offset, int flags, int set, int limit) {
        UnsafeBuffer memory = table.memory();
        int records = memory.getInt(set + AnswerTable.SET_RECORDS);
        int answerBytes = memory.getInt(set + AnswerTable.SET_ANSWER_BYTES);
        int starts = set + AnswerTable.SET_STARTS;
        int data = starts + (records + 1) * Integer.BYTES;
        int first = records == 1 ? 0 : Integer.remainderUnsigned(rotation++, records);
        int end = query.questionEnd();
        if (end + answerBytes > limit) {
            return truncated(buffer, offset, flags, set, first, limit);
        }
        int split = memory.getInt(starts + first * Integer.BYTES);
        buffer.putBytes(end, memory, data + split, answerBytes - split);
        buffer.putBytes(end + answerBytes - split, memory, data, split);
        end += answerBytes;
        int additionalBytes = memory.getInt(set + AnswerTable.SET_ADDITIONAL_BYTES);
        // What does not fit is left out whole: the client can ask for it, and needs no second try over TCP (RFC 2181,
        // 9).
        boolean fits = end + additionalBytes <= limit;
        int additional = fits ? memory.getInt(set + AnswerTable.SET_ADDITIONAL_RECORDS) : 0;
        if (fits) {
            buffer.putBytes(end, memory, data + answerBytes, additionalBytes);
            end += additionalBytes;
        }
        counts(buffer, offset, records, 0, additional);
        return finish(buffer, offset, flags, Dns.NOERROR, end);
    }

    /** As many whole records as fit, and the mark that there are more. */
    private int truncated(UnsafeBuffer buffer, int offset, int flags, int set, int first, int limit) {
        UnsafeBuffer memory = table.memory();
        int records = memory.getInt(set + AnswerTable.SET_RECORDS);
        int starts = set + AnswerTable.SET_STARTS;
        int data = starts + (records + 1) * Integer.BYTES;
        int end = query.questionEnd();
        int written = 0;
        while (written < records) {
            int record = first + written < records ? first + written : first + written - records;
            int start = memory.getInt(starts + record * Integer.BYTES);
            int length = memory.getInt(starts + (record + 1) * Integer.BYTES) - start;
            if (end + length > limit) {
                break;
            }
            buffer.putBytes(end, memory, data + start, length);
            end += length;
            written++;
        }
        counts(buffer, offset, written, 0, 0);
        return finish(buffer, offset, flags | Dns.FLAG_TC, Dns.NOERROR, end);
    }

    private int soa(UnsafeBuffer buffer, int offset, int zone) {
        UnsafeBuffer memory = table.memory();
        int end = query.questionEnd();
        int originOffset = Dns.HEADER_BYTES + query.nameBytes() - memory.getInt(zone + AnswerTable.ZONE_ORIGIN_BYTES);
        buffer.putShort(end, (short) (Dns.POINTER | originOffset), ByteOrder.BIG_ENDIAN);
        int soaBytes = memory.getInt(zone + AnswerTable.ZONE_SOA_BYTES);
        buffer.putBytes(end + Short.BYTES, memory, zone + AnswerTable.ZONE_BYTES, soaBytes);
        counts(buffer, offset, 0, 1, 0);
        return end + Short.BYTES + soaBytes;
    }

    private int headerOnly(UnsafeBuffer buffer, int offset, int flags, int rcode) {
        buffer.putShort(offset + Dns.QDCOUNT_OFFSET, (short) 0);
        counts(buffer, offset, 0, 0, 0);
        flags(buffer, offset, flags, rcode);
        return Dns.HEADER_BYTES;
    }

    private int finish(UnsafeBuffer buffer, int offset, int flags, int rcode, int end) {
        int length = end - offset;
        if (query.edns()) {
            int additional = Query.u16(buffer, offset + Dns.ARCOUNT_OFFSET) + 1;
            buffer.putShort(offset + Dns.ARCOUNT_OFFSET, (short) additional, ByteOrder.BIG_ENDIAN);
            buffer.putByte(end, (byte) 0);
            buffer.putShort(end + 1, (short) Dns.TYPE_OPT, ByteOrder.BIG_ENDIAN);
            buffer.putShort(end + 3, (short) Dns.UDP_BYTES_MAX, ByteOrder.BIG_ENDIAN);
            buffer.putByte(end + 5, (byte) (rcode >>> 4));
            buffer.putByte(end + 6, (byte) 0);
            buffer.putShort(end + 7, (short) (query.ednsDo() ? Dns.EDNS_DO : 0), ByteOrder.BIG_ENDIAN);
            buffer.putShort(end + 9, (short) 0);
            length += Dns.OPT_BYTES;
        }
        flags(buffer, offset, flags, rcode);
        return length;
    }

    /** Keeps what an answer repeats of its query (opcode, RD, CD) and what was decided about it (AA, TC). */
    private static void flags(UnsafeBuffer buffer, int offset, int flags, int rcode) {
        int opcode = Dns.OPCODE_MASK << Dns.OPCODE_SHIFT;
        int kept = flags & (opcode | Dns.FLAG_AA | Dns.FLAG_TC | Dns.FLAG_RD | Dns.FLAG_CD);
        int value = Dns.FLAG_QR | kept | (rcode & 0xf);
        buffer.putShort(offset + Dns.FLAGS_OFFSET, (short) value, ByteOrder.BIG_ENDIAN);
    }

    private static void counts(UnsafeBuffer buffer, int offset, int answers, int authority, int additional) {
        buffer.putShort(offset + Dns.ANCOUNT_OFFSET, (short) answers, ByteOrder.BIG_ENDIAN);
        buffer.putShort(offset + Dns.NSCOUNT_OFFSET, (short) authority, ByteOrder.BIG_ENDIAN);
        buffer.putShort(offset + Dns.ARCOUNT_OFFSET, (short) additional, ByteOrder.BIG_ENDIAN);
    }
}
