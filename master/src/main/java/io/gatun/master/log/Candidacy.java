package io.gatun.master.log;

import java.util.HashMap;
import java.util.Map;

/** A replica that tries to lead: promises of a quorum, then whatever their logs have more, then it leads. */
final class Candidacy {
    private record Promise(long lastEpoch, long lastPosition, long incarnation) {
        boolean aheadOf(long epoch, long position) {
            return lastEpoch > epoch || (lastEpoch == epoch && lastPosition > position);
        }
    }

    /** How often a log is asked for before it is looked for elsewhere: whoever has it may have lost it, or gone for good. */
    private static final int PATIENCE = 20;

    private final Replica replica;
    private final Outbox outbox;
    private final ReplicaSettings settings;
    private final Map<Integer, Promise> promises = new HashMap<>();
    private long epoch;
    private long startedAt;
    private long askedAt;
    private int source;
    private long fetchPrevious;
    private int unanswered;

    Candidacy(Replica replica, Outbox outbox, ReplicaSettings settings) {
        this.replica = replica;
        this.outbox = outbox;
        this.settings = settings;
    }

    long epoch() {
        return epoch;
    }

    /** Its own promise was written, but is not on disk yet: {@link #proceed} comes when it is. */
    void begin(long newEpoch, long now) {
        epoch = newEpoch;
        startedAt = now;
        askedAt = Long.MIN_VALUE;
        source = 0;
        promises.clear();
    }

    void onPromise(int from, long lastEpoch, long lastPosition, long incarnation) {
        promises.put(from, new Promise(lastEpoch, lastPosition, incarnation));
        proceed();
    }

    void tick(long now) {
        startedAt = now;
        if (replica.log().durability().promise() < epoch || now - settings.retry() < askedAt) {
            return;
        }
        ask(now);
    }

    private void ask(long now) {
        askedAt = now;
        for (int member : replica.members().voters()) {
            if (member != replica.id() && !hasPromised(member)) {
                outbox.prepare(member, epoch, admitted(member));
            }
        }
        if (source != 0 && unanswered++ == PATIENCE) {
            // As if the promise had been lost on its way; whoever gave it gives it again when it can.
            promises.remove(source);
            source = 0;
            proceed();
        } else if (source != 0) {
            fetch();
        }
    }

    /**
     * Which incarnation of a replica that is being filled may promise: one that is added, since its id never was a voter,
     * or whose place in the members is committed. The change of members is safe with those.
     */
    private long admitted(int member) {
        LocalLog log = replica.log();
        return log.members().isReplacing(member, log.committed())
                ? Members.ORIGINAL
                : replica.members().incarnation(member);
    }

    /** Whether the member has promised, and not one that had its id before. */
    private boolean hasPromised(int member) {
        if (member == replica.id()) {
            return replica.members().counts(member, replica.incarnation());
        }
        Promise promise = promises.get(member);
        return promise != null && replica.members().counts(member, promise.incarnation());
    }

    /** Does what is next, if everything it needs is there. */
    void proceed() {
        if (replica.log().durability().promise() < epoch) {
            return;
        }
        if (askedAt == Long.MIN_VALUE) {
            ask(startedAt);
        }
        int count = 0;
        for (int member : replica.members().voters()) {
            if (hasPromised(member)) {
                count++;
            }
        }
        if (count < replica.members().quorum()) {
            return;
        }
        Entries log = replica.log().entries();
        int best = 0;
        Promise ahead = new Promise(log.lastEpoch(), log.last(), replica.incarnation());
        for (Map.Entry<Integer, Promise> entry : promises.entrySet()) {
            Promise promise = entry.getValue();
            if (hasPromised(entry.getKey()) && promise.aheadOf(ahead.lastEpoch(), ahead.lastPosition())) {
                ahead = promise;
                best = entry.getKey();
            }
        }
        if (best == 0) {
            source = 0;
            replica.lead(startedAt);
        } else if (source != best) {
            source = best;
            unanswered = 0;
            fetchPrevious = log.last();
            fetch();
        }
    }

    private void fetch() {
        // Entries that were taken over meanwhile need not come again; a snapshot may have moved the beginning.
        Entries log = replica.log().entries();
        fetchPrevious = Math.clamp(fetchPrevious, log.base(), log.last());
        outbox.fetch(source, epoch, fetchPrevious, log.epoch(fetchPrevious));
    }

    /** A snapshot was taken over, or was not news. */
    void restored(int from) {
        if (from == source) {
            unanswered = 0;
            fetchPrevious = replica.log().entries().last();
            fetch();
        }
    }

    void onFetched(int from, long previousPosition, long previousEpoch, boolean matches, ReceivedEntries entries) {
        if (from != source) {
            return;
        }
        unanswered = 0;
        Entries log = replica.log().entries();
        if (!replica.log().has(previousPosition, previousEpoch)) {
            if (!matches && previousPosition < fetchPrevious) {
                fetchPrevious = previousPosition;
                fetch();
            }
            return;
        }
        replica.log().adopt(previousPosition, entries);
        fetchPrevious = Math.max(fetchPrevious, previousPosition + entries.count());
        Promise wanted = promises.get(source);
        if (wanted.aheadOf(log.lastEpoch(), log.last())) {
            fetch();
        } else {
            source = 0;
            proceed();
        }
    }
}
