package io.gatun.master.log.disk;

import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Writes snapshots on a thread of its own, and removes what the newest one stands for. */
final class Snapshots implements AutoCloseable {
    /** What is told on the thread of the snapshots. */
    interface Listener {
        void stored(Snapshot snapshot);

        void failed(IOException e);
    }

    /**
     * A generation on disk.
     *
     * @param position last one of the log when it began
     * @param whole whether it has the size that all have but the first, which has that of what was copied into it
     */
    private record Begun(long number, long position, boolean whole) {}

    private final JournalDirectory directory;
    private final Forcer forcer;
    private final Listener listener;
    /** Generations that are not needed any more, for who makes the next ones; some, the others are removed. */
    private final BlockingQueue<Path> retired;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("log-snapshot").daemon().factory());
    private final AtomicLong newest;
    /** Number of the newest one that somebody waits for. */
    private volatile long newestRequired;

    private final List<Begun> generations = new ArrayList<>();
    private long stored;
    /** The snapshot before, whose file the next one gets: its blocks stay where they are. Null if there is none. */
    private Path before;

    Snapshots(JournalDirectory directory, Forcer forcer, BlockingQueue<Path> retired, long newest, Listener listener) {
        this.directory = directory;
        this.forcer = forcer;
        this.retired = retired;
        this.newest = new AtomicLong(newest);
        this.stored = newest;
        this.listener = listener;
    }

    /**
     * A generation was begun after a position.
     *
     * @param whole whether another one can be made of it
     */
    void begun(long number, long position, boolean whole) {
        synchronized (generations) {
            generations.add(new Begun(number, position, whole));
        }
    }

    /**
     * Writes a snapshot some time later; returns its number. One that is superseded before its turn is not
     * written; one is written slowly as long as nobody waits for it, or for one behind it.
     */
    long write(Snapshot snapshot, boolean required) {
        long number = newest.incrementAndGet();
        if (required) {
            newestRequired = number;
        }
        try {
            thread.execute(() -> {
                if (required || number == newest.get()) {
                    write(number, snapshot);
                }
            });
        } catch (RejectedExecutionException e) {
            listener.failed(new IOException("snapshot " + number + " of " + directory.name() + ": closed", e));
        }
        return number;
    }

    private void write(long number, Snapshot snapshot) {
        try {
            Path again = before;
            before = null;
            Snapshot onDisk = SnapshotWriter.write(directory, number, snapshot, () -> number <= newestRequired, again);
            forcer.snapshotIsDurable(number);
            before = Durable.retire(directory.snapshotPath(stored));
            stored = number;
            removeGenerationsBefore(onDisk.position());
            listener.stored(onDisk);
        } catch (IOException | RuntimeException e) {
            listener.failed(
                    e instanceof IOException io
                            ? io
                            : new IOException("snapshot " + number + " of " + directory.name() + ": " + e, e));
        }
    }

    /** Those that end before a position, that is, where the next one begins before it. */
    private void removeGenerationsBefore(long position) throws IOException {
        while (true) {
            Begun oldest;
            synchronized (generations) {
                if (generations.size() < 2
                        || generations.get(1).position() > position
                        || generations.getFirst().number() > forcer.closedGeneration()) {
                    return;
                }
                oldest = generations.removeFirst();
            }
            Path generation = directory.generationPath(oldest.number());
            if (oldest.whole() && retired.remainingCapacity() > 0) {
                retired.add(Durable.retire(generation));
            } else {
                Durable.remove(generation);
            }
        }
    }

    @Override
    public void close() throws IOException {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IOException("the last snapshot of " + directory.name() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the last snapshot was under way", e);
        }
        for (Path left = retired.poll(); left != null; left = retired.poll()) {
            Durable.deleteTree(left);
        }
        if (before != null) {
            Durable.deleteTree(before);
        }
    }
}
