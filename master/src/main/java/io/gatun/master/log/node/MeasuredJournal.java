package io.gatun.master.log.node;

import io.gatun.master.log.Journal;
import io.gatun.master.log.Snapshot;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;

/** Counts what goes to a journal and times its forces. Used on the replica's thread. */
final class MeasuredJournal implements Journal {
    private static final long NS_PER_US = 1_000;
    private static final long NS_PER_MS = 1_000_000;

    private Journal journal = new NoJournal();
    private final LongConsumer forceNs;
    private long ticket;
    private long begun;
    private long ended;
    private long count;
    private long entries;
    private long bytes;
    private long lastNs;
    private long maxNs;

    /** @param forceNs is told how long each force took, in nanoseconds */
    MeasuredJournal(LongConsumer forceNs) {
        this.forceNs = forceNs;
    }

    /** Writes to a journal from now on. */
    void to(Journal newJournal) {
        journal = newJournal;
        ticket = 0;
    }

    @Override
    public void promise(long epoch) {
        journal.promise(epoch);
    }

    @Override
    public void entry(long position, long epoch, byte kind, DirectBuffer source, int offset, int length) {
        journal.entry(position, epoch, kind, source, offset, length);
        entries++;
        bytes += length;
    }

    @Override
    public void vouch() {
        journal.vouch();
    }

    @Override
    public void compact(Snapshot snapshot) {
        journal.compact(snapshot);
    }

    @Override
    public void restore(Snapshot snapshot) {
        journal.restore(snapshot);
    }

    @Override
    public void force(long newTicket) {
        ticket = newTicket;
        begun = System.nanoTime();
        journal.force(newTicket);
    }

    /** A force has ended. */
    void forced(long doneTicket) {
        if (doneTicket == ticket) {
            ended = System.nanoTime();
            lastNs = ended - begun;
            maxNs = Math.max(maxNs, lastNs);
            count++;
            forceNs.accept(lastNs);
        }
    }

    LogStatus.Sync status() {
        return new LogStatus.Sync(
                count,
                entries,
                bytes,
                count == 0 ? -1 : (System.nanoTime() - ended) / NS_PER_MS,
                lastNs / NS_PER_US,
                maxNs / NS_PER_US);
    }

    @Override
    public void close() {
        journal.close();
    }
}
