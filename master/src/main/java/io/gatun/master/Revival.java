package io.gatun.master;

import io.gatun.master.log.node.LogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a replica anew that takes no part because its disk failed: its journal reads everything again, and writes it to a
 * new generation, so that nothing depends on what the failed force has left. Not before there is room for what a journal
 * needs next, and more and more rarely while it fails again. On a thread of its own.
 */
final class Revival implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Revival.class);
    private static final long LOOK_MS = 100;
    private static final long BACKOFF_MIN_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long BACKOFF_MAX_NS = TimeUnit.MINUTES.toNanos(1);
    /** The next generation, and what opening writes itself. */
    private static final long ROOM_BYTES = 40L << 20;

    private static final long MIB = 1L << 20;
    private static final long CLOSE_MS = 2_000;

    /** What is opened anew. */
    interface Patient {
        /** Whether it takes no part until then. */
        boolean failed();

        /**
         * Opens it anew.
         *
         * @throws LogException when that failed; it may be tried again
         */
        void reopen();
    }

    private final Path directory;
    private final Patient patient;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gatun-log-reopen").daemon().factory());

    private boolean waiting;
    private long backoffNs = BACKOFF_MIN_NS;
    private long notBefore;
    private long reopenedAt = System.nanoTime();
    private volatile String note = "";
    private final AtomicLong reopened = new AtomicLong();

    /** @param directory on the disk that failed */
    Revival(Path directory, Patient patient) {
        this.directory = directory;
        this.patient = patient;
    }

    void start() {
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(() -> look(System.nanoTime()), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    /** What is waited for, for people; empty while nothing is. Any thread. */
    String note() {
        return note;
    }

    /** How often it was opened anew. Any thread. */
    long reopened() {
        return reopened.get();
    }

    private void look(long now) {
        if (!patient.failed()) {
            waiting = false;
            note = "";
            if (now - reopenedAt > BACKOFF_MAX_NS) {
                backoffNs = BACKOFF_MIN_NS; // it has held for a while
            }
            return;
        }
        if (!waiting) {
            waiting = true;
            notBefore = now + backoffNs;
            say("it will be opened anew");
        }
        if (now - notBefore >= 0) {
            attempt();
        }
    }

    private void attempt() {
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            if (free < ROOM_BYTES) {
                notBefore = System.nanoTime() + BACKOFF_MIN_NS; // asking costs nothing
                say("it will be opened anew when its disk has " + ROOM_BYTES / MIB + " MiB free");
                return;
            }
            patient.reopen();
            reopened.incrementAndGet();
            waiting = false;
            note = "";
            LOG.info("The log in {} was opened anew, after its disk had failed", directory);
        } catch (IOException | RuntimeException e) {
            // Whatever it was: this master is of no use before, and the others go on meanwhile.
            say("opening it anew failed: " + e.getMessage() + "; trying again every "
                    + TimeUnit.NANOSECONDS.toSeconds(Math.min(2 * backoffNs, BACKOFF_MAX_NS)) + " s or less often");
        }
        reopenedAt = System.nanoTime();
        backoffNs = Math.min(2 * backoffNs, BACKOFF_MAX_NS);
        notBefore = reopenedAt + backoffNs;
    }

    private void say(String text) {
        if (!text.equals(note)) {
            note = text;
            LOG.warn("The log in {} takes no part: {}", directory, text);
        }
    }

    /** Opens nothing any more; waits for an attempt that is under way. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
                LOG.error("The log in {} was still being opened anew after {} ms", directory, CLOSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
