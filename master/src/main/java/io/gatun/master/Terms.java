package io.gatun.master;

import io.gatun.master.registry.OldRegistry;
import io.gatun.master.registry.RegistryLog;
import io.gatun.master.registry.RegistryReplica;
import io.gatun.master.registry.RegistryView;
import io.gatun.master.runtime.StateThread;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a term when the log says that this master leads, and ends it when it leads no more. Beginning and ending may
 * take a while, so they happen on a thread of their own, one after the other: what is asked to be done by {@link #after}
 * happens when no term runs that was to end before.
 */
final class Terms implements RegistryReplica.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Terms.class);
    private static final long CLOSE_MS = 2_000;

    /** What a term needs. */
    interface Office {
        /** Prepares a term that writes to {@code log}. */
        StateThread term(RegistryLog log, StateThread.Owner owner);

        /** This master leads the log, or no longer. */
        void leads(boolean leads);

        /** The term is over, though the log did not say so. */
        void resign(String reason);
    }

    private final Office office;
    private final Supplier<RegistryLog> logs;
    private final OldRegistry old;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("gatun-master-term").daemon().factory());

    private volatile long epoch;
    private volatile boolean leading;
    private volatile StateThread ready;

    // Of the term's thread only.
    private StateThread current;

    /**
     * Waits for the first term.
     *
     * @param logs gives each term its log
     */
    Terms(Office office, Supplier<RegistryLog> logs, OldRegistry old) {
        this.office = office;
        this.logs = logs;
        this.old = old;
    }

    /** The term that serves; null while there is none. */
    StateThread current() {
        return ready;
    }

    /** Whether the log says that this master leads. */
    boolean leading() {
        return leading;
    }

    @Override
    public void leading(long newEpoch, RegistryView registry) {
        epoch = newEpoch;
        leading = true;
        office.leads(true);
        execute(() -> begin(newEpoch, registry));
    }

    @Override
    public void steppedDown(long oldEpoch, String reason) {
        if (leading) {
            LOG.warn("This master leads no more: {}", reason);
            leading = false;
            ready = null;
            office.leads(false);
            execute(this::end);
        } else {
            LOG.info("This master does not lead: {}", reason);
        }
    }

    private void begin(long newEpoch, RegistryView registry) {
        end();
        if (!leading || epoch != newEpoch) {
            return; // It was succeeded before it began.
        }
        long startNs = System.nanoTime();
        try {
            RegistryView known = old.exists() ? new Moving(old, logs.get()).move() : registry;
            current = office.term(logs.get(), new Owner(newEpoch, startNs));
            current.start(known);
        } catch (RuntimeException e) {
            failed(newEpoch, e);
        }
    }

    private final class Owner implements StateThread.Owner {
        private final long term;
        private final long startNs;

        Owner(long term, long startNs) {
            this.term = term;
            this.startNs = startNs;
        }

        @Override
        public void ready(StateThread begun) {
            if (leading && epoch == term) {
                ready = begun;
                LOG.info(
                        "This master leads, epoch {}; ready after {} ms",
                        term,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
            }
        }

        @Override
        public void failed(Throwable cause) {
            Terms.this.failed(term, cause);
        }
    }

    /** Nothing may be built on a term that has failed; the next one, here or elsewhere, begins from the log. */
    private void failed(long term, Throwable cause) {
        if (leading && epoch == term) {
            LOG.error("The term of epoch {} has failed", term, cause);
            ready = null;
            office.resign("the master's term has failed: " + cause);
        }
    }

    private void end() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    /** Does something when every term that was to end has ended. */
    void after(Runnable task) {
        execute(task);
    }

    private void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            // close(): there will be no more terms.
        }
    }

    /** Ends the term that runs; within 2 s. */
    @Override
    public void close() {
        leading = false;
        ready = null;
        execute(this::end);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
                LOG.error("The term did not end within {} ms", CLOSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
