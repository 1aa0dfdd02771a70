package io.gatun.master.log;

import org.agrona.DirectBuffer;

/**
 * The disk of a replica, append-only: a later entry of the same position overrules the earlier one and everything after
 * it. Called on the replica's thread. What is written is durable once {@link #force} has told so, in the order of the
 * writes: never a later one without those before it.
 */
public interface Journal extends AutoCloseable {
    /** Writes a promise. */
    void promise(long epoch);

    /** Writes an entry; the bytes are copied before it returns. */
    void entry(long position, long epoch, byte kind, DirectBuffer bytes, int offset, int length);

    /**
     * Begins a new generation with a snapshot and the entries after it, and lets go of everything before. Durable when
     * it returns, whatever was forced before or not.
     *
     * @param promised repeated in the new generation
     */
    void snapshot(Snapshot snapshot, long promised, Entries rest);

    /**
     * Asks for everything written so far to be made durable. {@link Replica#forced} is called with the ticket when it
     * is, later and on the replica's thread; {@link Replica#failed} when it cannot be.
     */
    void force(long ticket);

    @Override
    void close();
}
