package io.gatun.master.log;

/**
 * What a replica says to others. Delivery may fail, be late, repeated or out of order: the replica repeats what matters.
 * Entries are copied out of {@code log} before a method returns.
 */
public interface Outbox {
    /**
     * A candidate asks for a promise.
     *
     * @param admitted the incarnation that may answer although it cannot vouch for its log, being new in the members;
     *     else {@link Members#ORIGINAL}
     */
    void prepare(int to, long epoch, long admitted);

    /**
     * A promise, durable, and where the promiser's log ends.
     *
     * @param first position of the first entry that it can send; what is before is in its snapshot
     * @param incarnation of the promiser
     */
    void promise(int to, long epoch, long lastEpoch, long lastPosition, long first, long incarnation);

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
     * @return up to where they are on their way; {@code previousPosition} when there is no room for any
     */
    long append(
            int to,
            long epoch,
            long previousPosition,
            long previousEpoch,
            long committed,
            long round,
            Entries log,
            long last);

    /**
     * Everything up to {@code position} is durable and as the leader has it.
     *
     * @param vouched whether the sender may vote: then its place in the members is committed
     */
    void appended(int to, long epoch, long position, long round, long incarnation, boolean vouched);

    /** The receiver's log agrees with the leader's at {@code position} at most. */
    void behind(int to, long epoch, long position, long round, long incarnation);

    /**
     * A snapshot for one whose log ends before the sender's begins. To the protocol it is one message, however it travels.
     * Said again every {@link ReplicaSettings#retry} until it is answered: while one is under way to {@code to}, another
     * can be dropped.
     */
    void snapshot(int to, long epoch, Snapshot snapshot, long round);
}
