package io.gatun.master.log.disk;

import io.gatun.master.log.CriticalThread;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * The thread that has what was written forced to disk, so that the replica's thread never waits for a disk. One request
 * is under way at a time; it covers all generations that were written to since the one before.
 */
final class Forcer implements Runnable, AutoCloseable {
    /** What the forcer tells; on its thread. */
    interface Listener {
        void forced(long ticket, long sequence);

        void failed(IOException e);
    }

    private final AcknowledgedMark mark;
    private final Listener listener;
    private final Thread thread = Thread.ofPlatform().name("log-force").daemon().unstarted(this);
    /** Generations that were begun, oldest first; the last one is written to. */
    private final ManyToOneConcurrentLinkedQueue<Generation> begun = new ManyToOneConcurrentLinkedQueue<>();

    private final ArrayDeque<Generation> open = new ArrayDeque<>();

    // Of the request that is under way: written before the ticket, read after it.
    private long requestedSequence;
    private long requestedSnapshot;
    private volatile long requested;

    private volatile long durableSnapshot;
    private volatile long closedGeneration = -1;
    private volatile boolean stopped;

    Forcer(AcknowledgedMark mark, long durableSnapshot, Listener listener) {
        this.mark = mark;
        this.durableSnapshot = durableSnapshot;
        this.listener = listener;
    }

    void start() {
        thread.start();
    }

    /** What is written from now on is written to this generation. Before the first request for it. */
    void begin(Generation generation) {
        begun.add(generation);
    }

    /**
     * Asks for everything before {@code sequence} to be made durable, and for the snapshot of that number.
     *
     * @param ticket greater than the one before
     */
    void request(long ticket, long sequence, long snapshot) {
        requestedSequence = sequence;
        requestedSnapshot = snapshot;
        requested = ticket;
        LockSupport.unpark(thread);
    }

    /** A snapshot is durable. Any thread. */
    void snapshotIsDurable(long number) {
        durableSnapshot = number;
        LockSupport.unpark(thread);
    }

    /** Generations up to this number are not written or forced any more. Any thread. */
    long closedGeneration() {
        return closedGeneration;
    }

    @Override
    public void run() {
        CriticalThread.begin();
        long done = 0;
        while (!stopped) {
            long ticket = requested;
            if (ticket == done || durableSnapshot < requestedSnapshot) {
                LockSupport.park(this);
                continue;
            }
            long sequence = requestedSequence;
            try {
                force(sequence);
            } catch (IOException e) {
                // What a failed fdatasync left in memory may never reach the disk: no later success would mean
                // anything.
                listener.failed(e);
                return;
            }
            done = ticket;
            listener.forced(ticket, sequence);
        }
    }

    private void force(long sequence) throws IOException {
        takeBegun();
        long closed = closedGeneration;
        while (open.size() > 1) {
            // Its last record was written before the next generation was begun.
            Generation ended = open.removeFirst();
            ended.file().force();
            ended.file().close();
            closed = ended.number();
        }
        open.getFirst().file().force();
        mark.write(open.getFirst().number(), sequence - 1);
        // Only now: what stands in for the ended ones must be on disk before they may be removed.
        closedGeneration = closed;
    }

    private void takeBegun() {
        for (Generation generation = begun.poll(); generation != null; generation = begun.poll()) {
            open.addLast(generation);
        }
    }

    /** Ends the thread and closes the files; what was not forced may be lost. */
    @Override
    public void close() throws IOException {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the last force was under way", e);
        }
        takeBegun();
        for (Generation generation : open) {
            generation.file().close();
        }
    }
}
