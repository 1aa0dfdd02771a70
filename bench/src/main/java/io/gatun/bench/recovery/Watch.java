package io.gatun.bench.recovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Looks at a log's directory while it is written to: from when to when a snapshot is made, and how much there is. */
final class Watch {
    private static final long LOOK_MS = 20;
    private static final int LOOKS_PER_SIZE = 25;

    private final Disk disk;
    private final Thread thread =
            Thread.ofPlatform().name("bench-watch").daemon().unstarted(this::run);
    private volatile boolean underWay;
    private volatile boolean stopped;
    /** Number that the newest snapshot which was begun gets when it is complete. */
    private final AtomicLong awaited;

    private final AtomicLong snapshots = new AtomicLong();
    private long mostBytes;

    /** Looks at a log that nobody writes to yet. */
    Watch(Path directory) throws IOException {
        this.disk = new Disk(directory);
        this.awaited = new AtomicLong(disk.newestSnapshot());
    }

    void start() {
        thread.start();
    }

    /** The replica has been asked for its state. */
    void snapshotBegins() {
        awaited.incrementAndGet();
        underWay = true;
    }

    /** Until the snapshot is on disk, and what it stands for is removed. */
    boolean isSnapshotUnderWay() {
        return underWay;
    }

    /** How many were made since the start. */
    long snapshots() {
        return snapshots.get();
    }

    private void run() {
        try {
            for (int look = 0; !stopped; look++) {
                if (underWay && disk.newestSnapshot() >= awaited.get() && !disk.isSnapshotUnderWay()) {
                    snapshots.incrementAndGet();
                    underWay = false;
                }
                if (look % LOOKS_PER_SIZE == 0) {
                    mostBytes = Math.max(mostBytes, disk.used());
                }
                Thread.sleep(LOOK_MS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends, and tells what it saw. */
    void end() throws InterruptedException {
        stopped = true;
        thread.join();
        Figures.tell("disk_max", mostBytes >> 20);
    }
}
