package io.gatun.dnsserver;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one untrusted query, without allocation: used again for the next. Reads nothing outside of the given bytes, and looks
 * at each byte at most a few times. One thread.
 */
final class Query {
    private static final int LABELS_MAX = 128;

    /** The question's name in lower-case wire form, without the root. */
    final byte[] lower = new byte[Dns.NAME_BYTES_MAX];

    private final int[] labelStart = new int[LABELS_MAX];
    private final int[] suffixHash = new int[LABELS_MAX];
    private int labels;
    private int nameBytes;
    private int type;
    private int recordClass;
    private int questionEnd;
    private boolean edns;
    private int ednsPayloadBytes;
    private int ednsVersion;
    private boolean ednsDo;

    /**
     * Reads question and EDNS record of a message with one question.
     *
     * @param length of the message in bytes, at least a header
     * @return false when it is malformed
     */
    boolean parse(UnsafeBuffer buffer, int offset, int length) {
        edns = false;
        int end = offset + length;
        int position = question(buffer, offset + Dns.HEADER_BYTES, end);
        if (position < 0) {
            return false;
        }
        questionEnd = position;
        int before = u16(buffer, offset + Dns.ANCOUNT_OFFSET) + u16(buffer, offset + Dns.NSCOUNT_OFFSET);
        int records = before + u16(buffer, offset + Dns.ARCOUNT_OFFSET);
        for (int i = 0; i < records; i++) {
            position = record(buffer, position, end, i >= before);
            if (position < 0) {
                return false;
            }
        }
        return true;
    }

    private int question(UnsafeBuffer buffer, int start, int end) {
        int position = start;
        labels = 0;
        nameBytes = 0;
        while (true) {
            if (position >= end) {
                return -1;
            }
            int length = buffer.getByte(position) & 0xff;
            if (length == 0) {
                break;
            }
            // One more byte is for the root. A pointer in a question points nowhere useful: it is refused.
            boolean fits = position + 1 + length <= end && nameBytes + 1 + length < Dns.NAME_BYTES_MAX;
            if (length > Dns.LABEL_BYTES_MAX || !fits) {
                return -1;
            }
            labelStart[labels++] = nameBytes;
            copyLabel(buffer, position, length);
            position += 1 + length;
        }
        position++;
        if (position + 2 * Short.BYTES > end) {
            return -1;
        }
        type = u16(buffer, position);
        recordClass = u16(buffer, position + Short.BYTES);
        hashSuffixes();
        return position + 2 * Short.BYTES;
    }

    private void copyLabel(UnsafeBuffer buffer, int position, int length) {
        lower[nameBytes++] = (byte) length;
        for (int i = 1; i <= length; i++) {
            byte b = buffer.getByte(position + i);
            lower[nameBytes++] = b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
        }
    }

    private void hashSuffixes() {
        int hash = DnsName.HASH_SEED;
        int label = labels - 1;
        for (int i = nameBytes - 1; i >= 0; i--) {
            hash = DnsName.hashStep(hash, lower[i]);
            if (i == labelStart[label]) {
                suffixHash[label--] = hash;
            }
        }
    }

    /**
     * Passes over a record, noting it when it is the OPT record.
     *
     * @return where it ends, or -1
     */
    private int record(UnsafeBuffer buffer, int start, int end, boolean additional) {
        int header = skipName(buffer, start, end);
        if (header < 0 || header + Dns.RECORD_HEADER_BYTES > end) {
            return -1;
        }
        int recordType = u16(buffer, header);
        int recordEnd = header + Dns.RECORD_HEADER_BYTES + u16(buffer, header + 8);
        if (recordEnd > end) {
            return -1;
        }
        if (recordType == Dns.TYPE_OPT) {
            // RFC 6891, 6.1.1: one, in the additional section, with the root as owner.
            if (edns || !additional || header != start + 1) {
                return -1;
            }
            edns = true;
            ednsPayloadBytes = u16(buffer, header + 2);
            ednsVersion = buffer.getByte(header + 5) & 0xff;
            ednsDo = (u16(buffer, header + 6) & Dns.EDNS_DO) != 0;
        }
        return recordEnd;
    }

    private static int skipName(UnsafeBuffer buffer, int start, int end) {
        int position = start;
        while (position < end) {
            int length = buffer.getByte(position) & 0xff;
            if (length == 0) {
                return position + 1;
            }
            if (length >= Dns.POINTER_BITS) {
                return position + 2;
            }
            if (length > Dns.LABEL_BYTES_MAX) {
                return -1;
            }
            position += 1 + length;
        }
        return -1;
    }

    static int u16(UnsafeBuffer buffer, int offset) {
        return buffer.getShort(offset, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    int labels() {
        return labels;
    }

    /** Where a label begins in {@link #lower}; the suffix from there on has {@link #suffixHash}. */
    int labelStart(int label) {
        return labelStart[label];
    }

    int suffixHash(int label) {
        return suffixHash[label];
    }

    int nameBytes() {
        return nameBytes;
    }

    int type() {
        return type;
    }

    int recordClass() {
        return recordClass;
    }

    /** End of the question, in the buffer. */
    int questionEnd() {
        return questionEnd;
    }

    boolean edns() {
        return edns;
    }

    int ednsPayloadBytes() {
        return ednsPayloadBytes;
    }

    int ednsVersion() {
        return ednsVersion;
    }

    boolean ednsDo() {
        return ednsDo;
    }
}
