package io.gatun.master.log;

import org.agrona.DirectBuffer;

/** What a replica tells its owner; on the replica's thread, which must not be kept. */
public interface LogListener {
    /** An entry is committed; every one of {@link EntryKind#DATA}, in order of positions, on leaders and followers. */
    void committed(long position, long epoch, DirectBuffer bytes, int offset, int length);

    /** The state is that of a snapshot from now on; the next entry is the one after it. */
    void restored(Snapshot snapshot);

    /** This replica leads, and everything that was ever committed has been handed over before. */
    void leading(long epoch);

    /** This replica leads no longer, or will not; what it appended and was not committed may or may not be kept. */
    void steppedDown(long epoch, String reason);

    /** A quorum still listened to this leader after {@link Replica#barrier} had returned the round. */
    void confirmed(long round);

    /** The members have changed. */
    void members(Members members);
}
