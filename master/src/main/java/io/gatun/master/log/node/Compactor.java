package io.gatun.master.log.node;

import io.gatun.master.log.Replica;
import io.gatun.master.log.Snapshot;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes a snapshot when there are enough entries; it is prepared on another thread, and read on that which writes it. One
 * thread.
 */
final class Compactor {
    /**
     * A snapshot is not worth its writing before such a part of its size has come since the last one. More would make
     * recovery long: it reads all of it and writes it again.
     */
    private static final int PART_OF_ITS_SIZE = 4;

    private final LogNodeConfig.Compaction when;
    private final Consumer<Runnable> replicaThread;
    private final Consumer<Throwable> failure;
    private long bytes;
    private long snapshotBytes;
    private boolean busy;

    /**
     * For one node.
     *
     * @param replicaThread runs something there, soon
     * @param failure is told, there, when the application could not give its state
     */
    Compactor(LogNodeConfig.Compaction when, Consumer<Runnable> replicaThread, Consumer<Throwable> failure) {
        this.when = when;
        this.replicaThread = replicaThread;
        this.failure = failure;
    }

    void committed(int length) {
        bytes += length;
    }

    void restored(long length) {
        bytes = 0;
        snapshotBytes = length;
    }

    /** Begins a snapshot if it is time. */
    void tick(Replica replica, Application application) {
        long entries = replica.committed() - replica.compacted();
        boolean due = entries >= when.entries() || (entries > 0 && bytes >= when.bytes());
        if (!busy && due && bytes >= snapshotBytes / PART_OF_ITS_SIZE) {
            Supplier<Snapshot.State> view = application.snapshot();
            if (view != null) {
                begin(replica, view);
            }
        }
    }

    private void begin(Replica replica, Supplier<Snapshot.State> view) {
        long position = replica.committed();
        busy = true;
        bytes = 0;
        Thread.ofPlatform().name("gatun-log-snapshot").daemon().start(() -> {
            Snapshot.State state;
            try {
                state = view.get();
            } catch (RuntimeException | Error e) {
                post(() -> failure.accept(e));
                return;
            }
            post(() -> end(replica, position, state));
        });
    }

    private void post(Runnable task) {
        try {
            replicaThread.accept(task);
        } catch (RejectedExecutionException _) {
            busy = false; // the node has ended
        }
    }

    private void end(Replica replica, long position, Snapshot.State state) {
        busy = false;
        if (position > replica.compacted()) {
            replica.compact(position, state);
            snapshotBytes = state.length();
        }
    }
}
