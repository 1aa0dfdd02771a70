package io.gatun.bench.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Looks at a log's directory while it is written to: from when to when a snapshot is made, and how much there is. */
final class Watch {
    private static final long LOOK_MS = 20;
    private static final int LOOKS_PER_SIZE = 25;

    private final Disk disk;
    private final Beside beside = new Beside("bench-watch", this::look);
    private volatile boolean underWay;
    /** Number that the newest snapshot which was begun gets when it is complete. */
    private final AtomicLong awaited;

    private final AtomicLong snapshots = new AtomicLong();
    private long looks;
    private long mostBytes;

    /** Looks at a log that nobody writes to yet. */
    Watch(Path directory) throws IOException {
        this.disk = new Disk(directory);
        this.awaited = new AtomicLong(disk.newestSnapshot());
    }

    void start() {
        beside.start();
    }

    /** The replica has been asked for its state. */
    void snapshotBegins() {
        awaited.incrementAndGet();
        underWay = true;
    }

    /** Until the snapshot is on disk and was read back. */
    boolean isSnapshotUnderWay() {
        return underWay;
    }

    /** How many were made since the start. */
    long snapshots() {
        return snapshots.get();
    }

    private void look() throws IOException, InterruptedException {
        if (underWay && disk.newestSnapshot() >= awaited.get() && !disk.isSnapshotUnderWay()) {
            snapshots.incrementAndGet();
            underWay = false;
        }
        if (looks++ % LOOKS_PER_SIZE == 0) {
            mostBytes = Math.max(mostBytes, disk.used());
        }
        Thread.sleep(LOOK_MS);
    }

    /** Ends, and tells what it saw. */
    void end() throws IOException, InterruptedException {
        beside.end();
        Figures.tell("disk_max", mostBytes >> 20);
    }
}
