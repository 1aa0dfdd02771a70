package io.gatun.master.log.node;

import io.gatun.master.log.Members;
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
     * @param state what a {@link #snapshot} of this or another replica gave; not to be written to
     */
    void restored(long position, byte[] state);

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
     * The state after the last entry that was handed over. What is returned is called on another thread, once, and gives
     * the bytes for {@link #restored}: it must hold something that does not change. Null when there can be none now; it is
     * asked for again later.
     */
    Supplier<byte[]> snapshot();
}
