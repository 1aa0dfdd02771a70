package io.gatun.bench.recovery;

import io.gatun.master.log.Snapshot;
import io.gatun.master.log.node.Application;
import io.gatun.master.registry.RegistryReplica;
import java.io.IOException;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** A registry on a replica of the log, as a master has it, and when what happened to it. */
final class Probe implements Application {
    private final RegistryReplica registry;
    private final Runnable snapshotBegins;
    private volatile long restoreNs;
    private volatile long restoredNs;
    private volatile long leadingNs;
    private volatile long stateBytes;

    /**
     * Around a registry.
     *
     * @param snapshotBegins runs on the replica's thread
     */
    Probe(RegistryReplica registry, Runnable snapshotBegins) {
        this.registry = registry;
        this.snapshotBegins = snapshotBegins;
    }

    /** When the files had been read and were written to again; {@link System#nanoTime}. */
    long restoreNs() {
        return restoreNs;
    }

    /** When the registry was that of the snapshot. */
    long restoredNs() {
        return restoredNs;
    }

    /** When everything that was ever committed had been applied. */
    long leadingNs() {
        return leadingNs;
    }

    /** Of the newest snapshot. */
    long stateBytes() {
        return stateBytes;
    }

    @Override
    public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
        registry.committed(position, epoch, bytes, offset, length);
    }

    @Override
    public void restored(long position, Snapshot.State state) throws IOException {
        restoreNs = System.nanoTime();
        registry.restored(position, state);
        restoredNs = System.nanoTime();
    }

    @Override
    public void leading(long epoch) {
        leadingNs = System.nanoTime();
        registry.leading(epoch);
    }

    @Override
    public void steppedDown(long epoch, String reason) {
        registry.steppedDown(epoch, reason);
    }

    @Override
    public Supplier<Snapshot.State> snapshot() {
        Supplier<Snapshot.State> snapshot = registry.snapshot();
        if (snapshot == null) {
            return null;
        }
        snapshotBegins.run();
        return () -> {
            Snapshot.State state = snapshot.get();
            stateBytes = state.length();
            return state;
        };
    }
}
