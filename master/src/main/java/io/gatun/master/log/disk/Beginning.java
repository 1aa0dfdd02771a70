package io.gatun.master.log.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the first record of a generation says; the record's position and epoch are those of the last entry before it.
 *
 * @param generation its number
 * @param copied whether it was begun with copies of all entries after the snapshot, so that none before it is needed once
 *     a {@link RecordType#COMPLETE} is in it; else it goes on where the one before ended
 * @param replica whose journal it is
 * @param incarnation of that replica
 * @param vouched whether the replica may vote
 * @param promised the greatest promise
 * @param snapshot number of the snapshot that its copies follow
 */
record Beginning(
        long generation, boolean copied, int replica, long incarnation, boolean vouched, long promised, long snapshot) {
    static final int SIZE_BYTES = 40;
    private static final int COPIED = 1;
    private static final int VOUCHED = 2;

    void encode(ByteBuffer into) {
        into.clear().order(ByteOrder.LITTLE_ENDIAN);
        into.putLong(generation)
                .putInt((copied ? COPIED : 0) | (vouched ? VOUCHED : 0))
                .putInt(replica)
                .putLong(incarnation)
                .putLong(promised)
                .putLong(snapshot)
                .flip();
    }

    static Beginning decode(ByteBuffer payload) {
        long generation = payload.getLong();
        int flags = payload.getInt();
        return new Beginning(
                generation,
                (flags & COPIED) != 0,
                payload.getInt(),
                payload.getLong(),
                (flags & VOUCHED) != 0,
                payload.getLong(),
                payload.getLong());
    }
}
