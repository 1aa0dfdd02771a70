package io.gatun.master;

import io.gatun.master.registry.OldRegistry;
import io.gatun.master.registry.RegistryException;
import io.gatun.master.registry.RegistryLog;
import io.gatun.master.registry.RegistryRecord;
import io.gatun.master.registry.RegistryView;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Brings the registry that a single master kept in a directory of its own into the log, before anything else is. */
final class Moving implements RegistryLog.Outcomes {
    private static final long WRITE_SECONDS = 60;

    private final OldRegistry old;
    private final RegistryLog log;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private int count;

    /** @param log of which this is the only user */
    Moving(OldRegistry old, RegistryLog log) {
        this.old = old;
        this.log = log;
    }

    /**
     * Returns what the term begins with. When it is interrupted by a crash it is done again, as a whole: until the old
     * registry is put aside the log holds nothing else.
     *
     * @throws RegistryException when the old one cannot be read, or the log does not take it
     */
    RegistryView move() {
        RegistryView moved = old.read().view();
        List<RegistryRecord> records = moved.records();
        count = records.size();
        for (int i = 0; i < count; i++) {
            log.append(i + 1, records.get(i), this);
        }
        try {
            if (count > 0) {
                done.get(WRITE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new RegistryException("the log did not take the registry of " + old.directory() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while the registry of " + old.directory() + " was moved", e);
        }
        old.putAside();
        return moved;
    }

    @Override
    public void committed(long number) {
        if (number == count) {
            done.complete(null);
        }
    }

    @Override
    public void failed(long number, String reason) {
        done.completeExceptionally(new RegistryException(reason));
    }
}
