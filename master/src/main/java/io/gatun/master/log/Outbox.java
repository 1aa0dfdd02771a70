package io.gatun.master.log;

/**
 * What a replica says to others. Delivery may fail, be late, repeated or out of order: the replica repeats what matters.
 * Entries are copied out of {@code log} before a method returns.
 */
public interface Outbox {
    /** A candidate asks for a promise. */
    void prepare(int to, long epoch);

    /**
     * A promise, durable, and where the promiser's log ends.
     *
     * @param first position of the first entry that it can send; what is before is in its snapshot
     */
    void promise(int to, long epoch, long lastEpoch, long lastPosition, long first);

    /** Something of a smaller epoch than {@code promised} was refused. */
    void refuse(int to, long epoch, long promised);

    /** A candidate asks for entries after a position, knowing its own entry there. */
    void fetch(int to, long epoch, long previousPosition, long previousEpoch);

    /** Entries for a candidate: those from {@code from} to {@code to}, or nothing when the candidate has to go back. */
    void fetched(
            int to, long epoch, long previousPosition, long previousEpoch, boolean matches, Entries log, long last);

    /**
     * A leader sends entries after {@code previousPosition} up to {@code last}; none is a heartbeat.
     *
     * @param round returned with the answer
     */
    void append(
            int to,
            long epoch,
            long previousPosition,
            long previousEpoch,
            long committed,
            long round,
            Entries log,
            long last);

    /** Everything up to {@code position} is durable and as the leader has it. */
    void appended(int to, long epoch, long position, long round);

    /** The receiver's log agrees with the leader's at {@code position} at most. */
    void behind(int to, long epoch, long position, long round);

    /** A snapshot for one whose log ends before the sender's begins. */
    void snapshot(int to, long epoch, Snapshot snapshot, long round);
}
