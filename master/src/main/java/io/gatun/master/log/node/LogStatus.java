package io.gatun.master.log.node;

import io.gatun.master.log.net.PeerState;
import java.util.List;
import java.util.Set;

/**
 * How a replica is, at a moment. Immutable.
 *
 * @param id of the replica; 0 before it has one
 * @param cluster of which log; empty before there is one
 * @param state what it has on disk
 * @param role {@code leader}, {@code candidate}, {@code follower}, or {@code silent} when it takes no part
 * @param epoch the greatest that it promised
 * @param ownerHeardMs milliseconds since the owner of that epoch has spoken, as a candidate or as the leader; -1 when it
 *     is its own, and for never since the start
 * @param leader id of who leads as far as it knows; 0 for nobody
 * @param first position of the first entry that is not in its snapshot
 * @param committed last position that it knows to be committed
 * @param last last position in its log
 * @param forced last position on its disk
 * @param voters ids whose acknowledgements count
 * @param learners ids that only listen
 * @param peers all others that it knows
 * @param sync how its disk does
 * @param trouble what is damaged or failed, with the rule; empty when nothing is
 * @param address where it listens
 */
public record LogStatus(
        int id,
        String cluster,
        String state,
        String role,
        long epoch,
        long ownerHeardMs,
        int leader,
        long first,
        long committed,
        long last,
        long forced,
        Set<Integer> voters,
        Set<Integer> learners,
        List<Peer> peers,
        Sync sync,
        String trouble,
        String address) {
    /** The same with another trouble. */
    public LogStatus withTrouble(String text) {
        return new LogStatus(
                id,
                cluster,
                state,
                role,
                epoch,
                ownerHeardMs,
                leader,
                first,
                committed,
                last,
                forced,
                voters,
                learners,
                peers,
                sync,
                text,
                address);
    }

    /**
     * Another replica.
     *
     * @param matched last position on its disk as the leader knows it; -1 when this is not the leader or it does not know
     * @param lag entries between the end of this log and {@code matched}; -1 when that is not known
     */
    public record Peer(int id, PeerState connection, long matched, long lag) {}

    /**
     * Forces to disk.
     *
     * @param count since the start
     * @param entries that were written since the start
     * @param bytes of these entries
     * @param agoMs since the last one ended; -1 before the first
     * @param lastUs how long that took, in microseconds
     * @param maxUs the longest since the start
     */
    public record Sync(long count, long entries, long bytes, long agoMs, long lastUs, long maxUs) {}
}
