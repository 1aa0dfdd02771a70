package io.gatun.master.log.node;

import io.gatun.master.log.Members;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** What the log is for: on every replica the same entries in the same order. Called on the replica's thread. */
public interface Application {
    /** An entry is committed. The bytes are valid during the call. */
    void committed(long position, long epoch, DirectBuffer bytes, int offset, int length);

    /**
     * The state is another one from now on: that of a snapshot, read at the start or received from a leader.
     *
     * @param position of the last entry that is in it; the next one that is committed comes after it
     * @param state what a {@link #snapshot} of this or another replica gave; to be read during the call
     * @throws IOException when it cannot be read: this replica ends
     */
    void restored(long position, Snapshot.State state) throws IOException;

    /** This replica leads, and everything that was ever committed has been handed over. */
    void leading(long epoch);

    /**
     * This replica leads no longer, or will not. It tries no more until {@link LogNode#campaign} is called again, unless
     * it was only refused while it tried.
     */
    void steppedDown(long epoch, String reason);

    /** The members have changed. */
    default void members(Members members) {}

    /**
     * The state after the last entry that was handed over, for {@link #restored}. What is returned is called on another
     * thread, once, to do whatever takes a while; what that returns is read on several threads until it is on disk. Both
     * must hold something that does not change. It need not be in memory as bytes: a large state that is copied as a whole
     * costs as much memory again, and pauses of a collector. Null when there can be none now; it is asked for again later.
     */
    Supplier<Snapshot.State> snapshot();
}
