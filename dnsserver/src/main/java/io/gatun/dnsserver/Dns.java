package io.gatun.dnsserver;

/**
 * Numbers of the DNS wire: RFC 1035 (header, types), RFC 2782 (SRV), RFC 3596 (AAAA), RFC 6891 (EDNS).
 *
 * <pre>
 *   0  1  2  3  4  5  6  7  8  9  10 11 12 13 14 15
 *  +-----------------------------------------------+
 *  |                      ID                       |
 *  |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
 *  |                    QDCOUNT                    |
 *  |                    ANCOUNT                    |
 *  |                    NSCOUNT                    |
 *  |                    ARCOUNT                    |
 *  +-----------------------------------------------+
 * </pre>
 */
final class Dns {
    static final int FLAGS_OFFSET = 2;
    static final int QDCOUNT_OFFSET = 4;
    static final int ANCOUNT_OFFSET = 6;
    static final int NSCOUNT_OFFSET = 8;
    static final int ARCOUNT_OFFSET = 10;
    static final int HEADER_BYTES = 12;

    static final int FLAG_QR = 0x8000;
    static final int OPCODE_SHIFT = 11;
    static final int OPCODE_MASK = 0xf;
    static final int FLAG_AA = 0x0400;
    static final int FLAG_TC = 0x0200;
    static final int FLAG_RD = 0x0100;
    static final int FLAG_CD = 0x0010;

    static final int NOERROR = 0;
    static final int FORMERR = 1;
    static final int SERVFAIL = 2;
    static final int NXDOMAIN = 3;
    static final int NOTIMP = 4;
    static final int REFUSED = 5;
    /** Extended: the upper eight bits stand in the OPT record. */
    static final int BADVERS = 16;

    static final int TYPE_A = 1;
    static final int TYPE_NS = 2;
    static final int TYPE_SOA = 6;
    static final int TYPE_AAAA = 28;
    static final int TYPE_SRV = 33;
    static final int TYPE_OPT = 41;
    static final int TYPE_IXFR = 251;
    static final int TYPE_AXFR = 252;
    static final int TYPE_MAILB = 253;
    static final int TYPE_MAILA = 254;
    static final int TYPE_ANY = 255;

    static final int CLASS_IN = 1;
    static final int CLASS_ANY = 255;

    /** The wire form of a name, with the root's zero byte, RFC 1035, 2.3.4. */
    static final int NAME_BYTES_MAX = 255;

    static final int LABEL_BYTES_MAX = 63;
    /** The two highest bits of a length byte: a pointer follows. */
    static final int POINTER_BITS = 0xc0;

    static final int POINTER = 0xc000;

    /** Type, class, time to live, length: what follows the owner of a record. */
    static final int RECORD_HEADER_BYTES = 10;

    /** Root name, type, payload size, extended flags, length 0. */
    static final int OPT_BYTES = 11;

    static final int EDNS_DO = 0x8000;

    /** Largest answer without EDNS. */
    static final int UDP_BYTES_PLAIN = 512;
    /** Largest answer that is not fragmented anywhere: DNS Flag Day 2020. */
    static final int UDP_BYTES_MAX = 1232;

    static final int TCP_BYTES_MAX = 65_535;

    private Dns() {}
}
