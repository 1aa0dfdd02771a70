package io.gatun.master.log;

import java.util.HashSet;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A replica that leads: sends entries, counts what is on disks, commits. */
final class Leading {
    private final Replica replica;
    private final Outbox outbox;
    private final LogListener listener;
    private final ReplicaSettings settings;
    private final Peers peers = new Peers();
    private long epoch;
    private long noop;
    private long now;
    private long round;
    private long confirmed;
    private boolean established;

    Leading(Replica replica, Outbox outbox, LogListener listener, ReplicaSettings settings) {
        this.replica = replica;
        this.outbox = outbox;
        this.listener = listener;
        this.settings = settings;
    }

    void begin(long newEpoch, long time) {
        epoch = newEpoch;
        now = time;
        round = 0;
        confirmed = -1;
        established = false;
        peers.begin(replica.members(), replica.log().entries().last() + 1);
        meetItself();
        noop = append(EntryKind.NOOP, Replica.nothing(), 0, 0);
    }

    private void meetItself() {
        int index = peers.index(replica.id());
        if (index >= 0) {
            peers.meet(index, replica.incarnation(), round, peers.next(index));
            peers.vouched(index, true);
        }
    }

    /** The last position that a member is known to have on disk as this leader has it; -1 when nothing is known. */
    long matched(int id) {
        int index = peers.index(id);
        return index < 0 ? -1 : Math.max(-1, peers.match(index));
    }

    /** Whether everything that others committed is known to be committed. */
    boolean established() {
        return established;
    }

    long append(byte kind, DirectBuffer bytes, int offset, int length) {
        long position = replica.log().write(epoch, kind, bytes, offset, length);
        replica.log().force();
        if (kind == EntryKind.MEMBERS) {
            peers.update(replica.members(), position);
            meetItself();
        }
        sendAll();
        return position;
    }

    long changeMembers(Members wanted) {
        Members current = replica.members();
        Set<Integer> different = new HashSet<>(wanted.voters());
        different.removeAll(current.voters());
        Set<Integer> gone = new HashSet<>(current.voters());
        gone.removeAll(wanted.voters());
        if (different.size() + gone.size() > 1) {
            throw new IllegalArgumentException("members: from " + current.voters() + " to " + wanted.voters()
                    + " changes more than one voter; change one at a time");
        }
        if (wanted.voters().isEmpty()) {
            throw new IllegalArgumentException("members: there must be a voter");
        }
        if (!canChangeMembers()) {
            return -1;
        }
        // Who has which place is for the log to say: a caller's list may be older than a replica's return.
        Members named = new Members(wanted.voters(), wanted.learners(), current.incarnations());
        for (int id : different) {
            int index = peers.index(id);
            if (index < 0 || !hasListened(index)) {
                return -1;
            }
            named = named.with(id, peers.incarnation(index));
        }
        return append(named);
    }

    private boolean canChangeMembers() {
        return established && replica.log().members().since() <= replica.committed();
    }

    private long append(Members members) {
        byte[] encoded = members.encode();
        return append(EntryKind.MEMBERS, new UnsafeBuffer(encoded), 0, encoded.length);
    }

    /** Whether the one who has this id now, and nobody before it, has almost all entries on disk. */
    private boolean hasListened(int index) {
        return peers.isProven(index)
                && peers.match(index) >= replica.log().entries().last() - settings.maxInFlight();
    }

    /** A voter that lost its log and is filled again gets its place back, as another incarnation. */
    private void readmit(int index) {
        int id = peers.id(index);
        Members members = replica.members();
        if (members.voters().contains(id)
                && !members.counts(id, peers.incarnation(index))
                && canChangeMembers()
                && hasListened(index)) {
            append(members.with(id, peers.incarnation(index)));
        }
    }

    long barrier(long time) {
        now = time;
        round++;
        for (int i = 0; i < peers.size(); i++) {
            send(i, true);
        }
        ownCopy();
        return round;
    }

    void tick(long time) {
        now = time;
        for (int i = 0; i < peers.size(); i++) {
            boolean overdue = time - settings.retry() >= peers.sentAt(i);
            if (overdue && !peers.probing(i) && peers.next(i) > peers.match(i) + 1) {
                // What was sent and not acknowledged in time is sent again.
                peers.next(i, peers.match(i) + 1);
            }
            send(i, overdue || time - settings.heartbeat() >= peers.sentAt(i));
        }
    }

    /** Sends what was appended while the replica was held. */
    void release() {
        sendAll();
    }

    private void sendAll() {
        for (int i = 0; i < peers.size(); i++) {
            send(i, false);
        }
    }

    private void send(int index, boolean evenNothing) {
        int to = peers.id(index);
        if (to == replica.id()) {
            return;
        }
        if (replica.isHeld() && !evenNothing) {
            return;
        }
        Entries log = replica.log().entries();
        // Until it is known where the logs agree, one question at a time is enough.
        boolean speak = evenNothing || peers.sentAt(index) == Long.MIN_VALUE;
        long previous = peers.next(index) - 1;
        if (previous < log.base()) {
            if (speak) {
                peers.sentAt(index, now);
                outbox.snapshot(to, epoch, replica.log().snapshot(), round);
            }
            return;
        }
        long last = Math.min(log.last(), Math.max(peers.match(index), log.base()) + settings.maxInFlight());
        last = Math.max(last, previous);
        if (speak || (last > previous && !peers.probing(index))) {
            peers.sentAt(index, now);
            long taken = outbox.append(to, epoch, previous, log.epoch(previous), replica.committed(), round, log, last);
            if (!peers.probing(index)) {
                peers.next(index, taken + 1);
            }
        }
    }

    void onAppended(int from, long position, long answeredRound, long incarnation, boolean vouched) {
        int index = heard(from, incarnation);
        if (index < 0) {
            return;
        }
        peers.vouched(index, vouched);
        peers.match(index, position);
        peers.round(index, answeredRound);
        if (peers.next(index) <= position) {
            peers.next(index, position + 1);
        }
        progress();
        send(index, false);
        readmit(index);
    }

    /** The index of a peer that has spoken; what was known of one who had its id before is forgotten. */
    private int heard(int from, long incarnation) {
        int index = peers.index(from);
        if (index >= 0 && (!peers.isKnown(index) || peers.incarnation(index) != incarnation)) {
            // The one before cannot answer a round that begins now, however late its messages are.
            round++;
            peers.meet(index, incarnation, round, replica.log().entries().last() + 1);
        }
        return index;
    }

    void onBehind(int from, long position, long answeredRound, long incarnation) {
        int index = heard(from, incarnation);
        if (index < 0) {
            return;
        }
        peers.round(index, answeredRound);
        // Further on than it was asked when the follower has compacted what it was asked for.
        long next = Math.min(
                        Math.max(position, peers.match(index)),
                        replica.log().entries().last())
                + 1;
        if (next != peers.next(index)) {
            peers.next(index, next);
            send(index, true);
        }
        progress();
    }

    /** More of its own log is on disk. */
    void forced() {
        ownCopy();
    }

    private void ownCopy() {
        int index = peers.index(replica.id());
        if (index >= 0) {
            peers.match(index, replica.log().durability().forced());
            peers.round(index, round);
        }
        progress();
    }

    private void progress() {
        long quorum =
                Math.min(peers.quorumMatch(uncounted()), replica.log().entries().last());
        if (quorum > replica.committed() && replica.log().entries().epoch(quorum) == epoch) {
            replica.commit(quorum);
            if (!established && replica.committed() >= noop) {
                established = true;
                listener.leading(epoch);
            }
            afterCommit();
        }
        long answered = peers.quorumRound(uncounted());
        if (established && answered > confirmed) {
            confirmed = answered;
            listener.confirmed(answered);
        }
    }

    /** A voter whose incarnation is being replaced, or 0; one that may vote is not: it knows that it has been. */
    private int uncounted() {
        MemberHistory history = replica.log().members();
        if (history.since() > replica.committed()) {
            for (int i = 0; i < peers.size(); i++) {
                if (!peers.isVouched(i) && history.isReplacing(peers.id(i), replica.committed())) {
                    return peers.id(i);
                }
            }
        }
        return 0;
    }

    /** A leader that is no member any more leads until that is committed. */
    private void afterCommit() {
        MemberHistory history = replica.log().members();
        if (!history.inForce().voters().contains(replica.id()) && history.since() <= replica.committed()) {
            replica.stepDown("it is no member any more");
        }
    }
}
