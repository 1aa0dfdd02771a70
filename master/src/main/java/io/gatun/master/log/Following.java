package io.gatun.master.log;

/** As a follower: of which leader's log this replica has how much, and what it owes an answer to. */
final class Following {
    private final LocalLog log;
    private final Outbox outbox;
    private final long incarnation;
    private long epoch = Epoch.NONE;
    private long matched;
    private long lastRound = -1;
    private boolean owesPromise;

    Following(LocalLog log, Outbox outbox, long incarnation) {
        this.log = log;
        this.outbox = outbox;
        this.incarnation = incarnation;
    }

    /** A candidate has been promised what it asked for. */
    void owePromise() {
        owesPromise = true;
    }

    /** The leader of an epoch, which is promised, has spoken. */
    void follow(long leadersEpoch) {
        if (epoch != leadersEpoch) {
            epoch = leadersEpoch;
            matched = log.committed();
            lastRound = -1;
        }
        owesPromise = false;
    }

    /** The log is the leader's up to a position; returns up to where that is known. */
    long matches(long position, long round) {
        matched = Math.max(matched, position);
        lastRound = Math.max(lastRound, round);
        return matched;
    }

    /** Tells candidate or leader what is on disk by now, and nothing that is not. */
    void answer() {
        Durability durability = log.durability();
        long promised = log.promised();
        if (durability.promise() < promised) {
            return;
        }
        Entries entries = log.entries();
        if (owesPromise) {
            if (durability.forced() == entries.last()) {
                owesPromise = false;
                outbox.promise(
                        Epoch.owner(promised),
                        promised,
                        entries.lastEpoch(),
                        entries.last(),
                        entries.base() + 1,
                        incarnation);
            }
        } else if (epoch == promised) {
            outbox.appended(
                    Epoch.owner(promised), promised, Math.min(matched, durability.forced()), lastRound, incarnation);
        }
    }
}
