package io.gatun.master.log;

import org.agrona.DirectBuffer;

/**
 * The disk of a replica, append-only: a later entry of the same position overrules the earlier one and everything after
 * it. Called on the replica's thread, and never keeps it for long. What is written is durable once {@link #force} has
 * told so, in the order of the writes: never a later one without those before it. A disk that fails (also by being full)
 * is told by {@link Replica#failed}, once; what is written after that is lost.
 */
public interface Journal extends AutoCloseable {
    /** Writes a promise. */
    void promise(long epoch);

    /** Writes an entry; the bytes are copied before it returns. */
    void entry(long position, long epoch, byte kind, DirectBuffer bytes, int offset, int length);

    /** Writes that the replica may vote from now on: a leader has filled it, and the members name its incarnation. */
    void vouch();

    /**
     * Keeps a snapshot in place of the entries up to its position, which are in this journal. It is written in the
     * background; nothing that was written before is let go before that has ended.
     */
    void compact(Snapshot snapshot);

    /**
     * Has a snapshot that was received in place of all entries. It is written in the background; a {@link #force} that is
     * asked for after this call ends after it is durable.
     */
    void restore(Snapshot snapshot);

    /**
     * Asks for everything written so far to be made durable. {@link Replica#forced} is called with the ticket when it
     * is, later and on the replica's thread; {@link Replica#failed} when it cannot be.
     */
    void force(long ticket);

    @Override
    void close();
}
