package io.gatun.master.log.disk;

import io.gatun.master.log.Members;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the first record of a snapshot says; the record's position and epoch are the snapshot's.
 *
 * @param number of the snapshot
 * @param length of the state in bytes
 * @param members in force there
 */
record SnapshotHeader(long number, long length, Members members) {
    byte[] encode() {
        byte[] encoded = members.encode();
        return ByteBuffer.allocate(2 * Long.BYTES + encoded.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .putLong(length)
                .put(encoded)
                .array();
    }

    static SnapshotHeader decode(ByteBuffer payload) {
        long number = payload.getLong();
        long length = payload.getLong();
        byte[] encoded = new byte[payload.remaining()];
        payload.get(encoded);
        return new SnapshotHeader(number, length, Members.decode(encoded));
    }
}
