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
        peers.begin(replica.members(), replica.log().last() + 1);
        noop = append(EntryKind.NOOP, Replica.nothing(), 0, 0);
    }

    /** Whether everything that others committed is known to be committed. */
    boolean established() {
        return established;
    }

    long append(byte kind, DirectBuffer bytes, int offset, int length) {
        long position = replica.write(epoch, kind, bytes, offset, length);
        replica.force();
        if (kind == EntryKind.MEMBERS) {
            peers.update(replica.members(), position);
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
        if (!established || replica.memberHistory().since() > replica.committed()) {
            return -1;
        }
        byte[] encoded = wanted.encode();
        return append(EntryKind.MEMBERS, new UnsafeBuffer(encoded), 0, encoded.length);
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
        Entries log = replica.log();
        // Until it is known where the logs agree, one question at a time is enough.
        boolean speak = evenNothing || peers.sentAt(index) == Long.MIN_VALUE;
        long previous = peers.next(index) - 1;
        if (previous < log.base()) {
            if (speak) {
                peers.sentAt(index, now);
                outbox.snapshot(to, epoch, replica.lastSnapshot(), round);
            }
            return;
        }
        long last = Math.min(log.last(), Math.max(peers.match(index), log.base()) + settings.maxInFlight());
        last = Math.max(last, previous);
        if (speak || (last > previous && !peers.probing(index))) {
            peers.sentAt(index, now);
            if (!peers.probing(index)) {
                peers.next(index, last + 1);
            }
            outbox.append(to, epoch, previous, log.epoch(previous), replica.committed(), round, log, last);
        }
    }

    void onAppended(int from, long position, long answeredRound) {
        int index = peers.index(from);
        if (index < 0) {
            return;
        }
        peers.match(index, position);
        peers.round(index, answeredRound);
        if (peers.next(index) <= position) {
            peers.next(index, position + 1);
        }
        progress();
        send(index, false);
    }

    void onBehind(int from, long position, long answeredRound) {
        int index = peers.index(from);
        if (index < 0) {
            return;
        }
        peers.round(index, answeredRound);
        // Further on than it was asked when the follower has compacted what it was asked for.
        long next =
                Math.min(Math.max(position, peers.match(index)), replica.log().last()) + 1;
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
            peers.match(index, replica.durability().forced());
            peers.round(index, round);
        }
        progress();
    }

    private void progress() {
        long quorum =
                Math.min(peers.quorumMatch(replica.members()), replica.log().last());
        if (quorum > replica.committed() && replica.log().epoch(quorum) == epoch) {
            replica.commit(quorum);
            if (!established && replica.committed() >= noop) {
                established = true;
                listener.leading(epoch);
            }
            afterCommit();
        }
        long answered = peers.quorumRound(replica.members());
        if (established && answered > confirmed) {
            confirmed = answered;
            listener.confirmed(answered);
        }
    }

    /** A leader that is no member any more leads until that is committed. */
    private void afterCommit() {
        MemberHistory history = replica.memberHistory();
        if (!history.inForce().voters().contains(replica.id()) && history.since() <= replica.committed()) {
            replica.stepDown("it is no member any more");
        }
    }
}
