package io.gatun.master.log;

import java.util.HashMap;
import java.util.Map;

/** A replica that tries to lead: promises of a quorum, then whatever their logs have more, then it leads. */
final class Candidacy {
    private record Promise(long lastEpoch, long lastPosition) {
        boolean aheadOf(long epoch, long position) {
            return lastEpoch > epoch || (lastEpoch == epoch && lastPosition > position);
        }
    }

    private final Replica replica;
    private final Outbox outbox;
    private final ReplicaSettings settings;
    private final Map<Integer, Promise> promises = new HashMap<>();
    private long epoch;
    private long startedAt;
    private long askedAt;
    private int source;
    private long fetchPrevious;

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

    void onPromise(int from, long lastEpoch, long lastPosition) {
        promises.put(from, new Promise(lastEpoch, lastPosition));
        proceed();
    }

    void tick(long now) {
        startedAt = now;
        if (replica.durability().promise() < epoch || now - settings.retry() < askedAt) {
            return;
        }
        ask(now);
    }

    private void ask(long now) {
        askedAt = now;
        for (int member : replica.members().voters()) {
            if (member != replica.id() && !promises.containsKey(member)) {
                outbox.prepare(member, epoch);
            }
        }
        if (source != 0) {
            fetch();
        }
    }

    /** Does what is next, if everything it needs is there. */
    void proceed() {
        if (replica.durability().promise() < epoch) {
            return;
        }
        if (askedAt == Long.MIN_VALUE) {
            ask(startedAt);
        }
        int count = 0;
        for (int member : replica.members().voters()) {
            if (member == replica.id() || promises.containsKey(member)) {
                count++;
            }
        }
        if (count < replica.members().quorum()) {
            return;
        }
        Entries log = replica.log();
        int best = 0;
        Promise ahead = new Promise(log.lastEpoch(), log.last());
        for (Map.Entry<Integer, Promise> promise : promises.entrySet()) {
            if (promise.getValue().aheadOf(ahead.lastEpoch(), ahead.lastPosition())) {
                ahead = promise.getValue();
                best = promise.getKey();
            }
        }
        if (best == 0) {
            source = 0;
            replica.lead(startedAt);
        } else if (source != best) {
            source = best;
            fetchPrevious = log.last();
            fetch();
        }
    }

    private void fetch() {
        // Entries that were taken over meanwhile need not come again; a snapshot may have moved the beginning.
        fetchPrevious =
                Math.clamp(fetchPrevious, replica.log().base(), replica.log().last());
        outbox.fetch(source, epoch, fetchPrevious, replica.log().epoch(fetchPrevious));
    }

    /** A snapshot was taken over, or was not news. */
    void restored(int from) {
        if (from == source) {
            fetchPrevious = replica.log().last();
            fetch();
        }
    }

    void onFetched(int from, long previousPosition, long previousEpoch, boolean matches, ReceivedEntries entries) {
        if (from != source) {
            return;
        }
        Entries log = replica.log();
        if (!log.has(previousPosition) || log.epoch(previousPosition) != previousEpoch) {
            if (!matches && previousPosition < fetchPrevious) {
                fetchPrevious = previousPosition;
                fetch();
            }
            return;
        }
        replica.adopt(previousPosition, entries);
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
