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
    private boolean owesAnswer;
    private long answeredRound = -1;

    Following(LocalLog log, Outbox outbox, long incarnation) {
        this.log = log;
        this.outbox = outbox;
        this.incarnation = incarnation;
    }

    /** Whose leader was heard last. */
    long epoch() {
        return epoch;
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
            answeredRound = -1;
        }
        owesPromise = false;
    }

    /** The log is the leader's up to a position; returns up to where that is known. */
    long matches(long position, long round) {
        matched = Math.max(matched, position);
        lastRound = Math.max(lastRound, round);
        return matched;
    }

    /** An answer can wait until what came with the question is written. */
    void oweAnswer() {
        owesAnswer = true;
    }

    /** Gives the answer that was owed, unless the disk has to be waited for: then that gives it. Only a round cannot wait. */
    void settle() {
        boolean now = owesAnswer && (matched <= log.durability().forced() || lastRound > answeredRound);
        owesAnswer = false;
        if (now) {
            answer();
        }
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
            answeredRound = lastRound;
            outbox.appended(
                    Epoch.owner(promised),
                    promised,
                    Math.min(matched, durability.forced()),
                    lastRound,
                    incarnation,
                    log.isVouched());
        }
    }
}
