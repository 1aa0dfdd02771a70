package io.gatun.dnsserver;

import java.nio.ByteBuffer;

/**
 * A zone that this server is the authority for.
 *
 * @param origin lower case, with a trailing dot
 * @param primary SOA MNAME: the server's name, with a trailing dot
 * @param mailbox SOA RNAME, with a trailing dot
 * @param serial unsigned 32 bits; grows with every publication
 * @param ttlSeconds time to live of its records, and of denials (RFC 2308)
 * @param ready false while nothing is known yet: SERVFAIL, so that nobody caches a denial
 */
record Zone(String origin, String primary, String mailbox, int serial, int ttlSeconds, boolean ready) {
    private static final int REFRESH_SECONDS = 60;
    private static final int RETRY_SECONDS = 600;
    private static final int EXPIRE_SECONDS = 86_400;

    /** The SOA record's data, names not compressed. */
    byte[] soa() {
        byte[] mname = DnsName.toWire(primary);
        byte[] rname = DnsName.toWire(mailbox);
        return ByteBuffer.allocate(mname.length + rname.length + 2 + 5 * Integer.BYTES)
                .put(mname)
                .put((byte) 0)
                .put(rname)
                .put((byte) 0)
                .putInt(serial)
                .putInt(REFRESH_SECONDS)
                .putInt(RETRY_SECONDS)
                .putInt(EXPIRE_SECONDS)
                .putInt(ttlSeconds)
                .array();
    }
}
