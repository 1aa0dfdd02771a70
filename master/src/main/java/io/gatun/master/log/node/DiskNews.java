package io.gatun.master.log.node;

import io.gatun.master.log.Replica;
import io.gatun.master.log.Snapshot;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** What the disk has done, from its threads to the replica's. Only the newest counts, so nothing queues up. */
final class DiskNews implements LogStore.Events {
    private final AtomicLong forcedTicket = new AtomicLong(-1);
    private final AtomicReference<String> failure = new AtomicReference<>();
    private final AtomicReference<Snapshot> storedSnapshot = new AtomicReference<>();
    private final Runnable wakeup;
    private long seenTicket = -1;

    /** @param wakeup has the replica's thread look; any thread */
    DiskNews(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    @Override
    public void forced(long ticket) {
        forcedTicket.set(ticket);
        wakeup.run();
    }

    @Override
    public void stored(Snapshot snapshot) {
        storedSnapshot.set(snapshot); // a newer one stands for those before it
        wakeup.run();
    }

    @Override
    public void failed(String reason) {
        failure.compareAndSet(null, reason);
        wakeup.run();
    }

    // ---- the replica's thread

    boolean hasNews() {
        return forcedTicket.get() != seenTicket || failure.get() != null || storedSnapshot.get() != null;
    }

    /** Tells of what is on disk now. */
    void take(MeasuredJournal journal, Replica replica) {
        long ticket = forcedTicket.get();
        if (ticket != seenTicket) {
            seenTicket = ticket;
            journal.forced(ticket);
            replica.forced(ticket);
        }
        Snapshot snapshot = storedSnapshot.getAndSet(null);
        if (snapshot != null) {
            replica.stored(snapshot);
        }
    }

    /** Why the disk failed, once; null when it did not. */
    String takeFailure() {
        return failure.getAndSet(null);
    }
}
