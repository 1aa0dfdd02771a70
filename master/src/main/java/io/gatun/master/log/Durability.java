package io.gatun.master.log;

/**
 * What of a replica's writes is on disk. One force is under way at a time; what is written meanwhile goes with the next
 * one, so that many entries share one (group commit).
 */
final class Durability {
    private final Journal journal;
    private long ticket;
    private boolean held;
    private boolean forcing;
    private boolean dirty;
    private long forced;
    private long promise;
    private long forcingTo;
    private long forcingPromise;

    /** All that a journal held at its opening is durable. */
    Durability(Journal journal, long last, long promised) {
        this.journal = journal;
        this.forced = last;
        this.promise = promised;
    }

    /** The last position that is durable with everything before it, as the log is now. */
    long forced() {
        return forced;
    }

    /** The greatest promise that is durable. */
    long promise() {
        return promise;
    }

    /** Entries at and after a position are replaced: what was on disk there counts no longer. */
    void overruled(long position) {
        forced = Math.min(forced, position - 1);
        forcingTo = Math.min(forcingTo, position - 1);
    }

    /** Something was written. */
    void wrote(long last, long promised) {
        dirty = true;
        begin(last, promised);
    }

    /** Forces wait for {@link #release}, so that all that is written until then shares one. */
    void hold() {
        held = true;
    }

    void release(long last, long promised) {
        held = false;
        begin(last, promised);
    }

    private void begin(long last, long promised) {
        if (forcing || held || !dirty) {
            return;
        }
        forcing = true;
        dirty = false;
        forcingTo = last;
        forcingPromise = promised;
        journal.force(++ticket);
    }

    /** A force has ended; {@code last} and {@code promised} are those of now. False for one that no longer matters. */
    boolean done(long doneTicket, long last, long promised) {
        if (!forcing || doneTicket != ticket) {
            return false;
        }
        forcing = false;
        forced = Math.max(forced, forcingTo);
        promise = Math.max(promise, forcingPromise);
        begin(last, promised);
        return true;
    }
}
