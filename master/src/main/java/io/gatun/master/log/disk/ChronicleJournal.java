package io.gatun.master.log.disk;

import io.gatun.master.log.Journal;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal on Chronicle Queue files. The replica's thread writes to mapped memory; forcing, snapshots and the next
 * generation have threads of their own, so that a write takes microseconds and allocates nothing. See
 * docs/replicated-log.md, "On disk".
 */
public final class ChronicleJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(ChronicleJournal.class);

    /** How many generations are kept to be made new ones: what one snapshot stands for, when they come as fast as may be. */
    private static final int RETIRED = 2;

    private final JournalDirectory directory;
    private final JournalEvents events;
    private final JournalWriter writer;
    private final AutoCloseable lock;
    private final AcknowledgedMark mark;
    private final Forcer forcer;
    private final Snapshots snapshots;
    private final SpareGeneration spare;
    private final AtomicBoolean failed = new AtomicBoolean();
    private Generation generation;
    private long awaitedSnapshot;
    private volatile long forced;

    /** Goes on after a generation that is durable as far as it was written. */
    ChronicleJournal(
            JournalDirectory directory,
            AutoCloseable lock,
            JournalWriter writer,
            AcknowledgedMark mark,
            Generation generation,
            long base,
            long snapshot,
            JournalEvents events) {
        this.directory = directory;
        this.lock = lock;
        this.writer = writer;
        this.mark = mark;
        this.generation = generation;
        this.events = events;
        this.awaitedSnapshot = snapshot;
        this.forced = writer.sequence();
        this.forcer = new Forcer(mark, snapshot, new Forcer.Listener() {
            @Override
            public void forced(long ticket, long sequence) {
                forced = sequence;
                events.forced(ticket);
            }

            @Override
            public void failed(IOException e) {
                fail(e);
            }
        });
        BlockingQueue<Path> retired = new ArrayBlockingQueue<>(RETIRED);
        this.snapshots = new Snapshots(directory, forcer, retired, snapshot, new Snapshots.Listener() {
            @Override
            public void stored(Snapshot onDisk) {
                events.stored(onDisk);
            }

            @Override
            public void failed(IOException e) {
                fail(e);
            }
        });
        this.spare = new SpareGeneration(directory, retired, this::fail);
        forcer.begin(generation);
        snapshots.begun(generation.number(), base, false);
        forcer.start();
    }

    @Override
    public void promise(long epoch) {
        if (prepare(0)) {
            try {
                writer.promise(epoch);
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    @Override
    public void entry(long position, long epoch, byte kind, DirectBuffer bytes, int offset, int length) {
        if (prepare(length)) {
            try {
                writer.entry(position, epoch, kind, bytes, offset, length);
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    @Override
    public void vouch() {
        if (prepare(0)) {
            try {
                writer.vouch();
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    /** Has room for a record with so many bytes of payload; false when nothing is written any more. */
    private boolean prepare(int length) {
        if (failed.get()) {
            return false;
        }
        writer.forced(forced);
        QueueFile file = generation.file();
        // Early: while there is time it is made slowly, so as not to be in the way of forces.
        spare.ask(generation.number() + 1, file.isHalfUsed());
        // The record that ends a generation has to fit, too.
        if (!file.hasRoomFor(length + 2 * RecordLayout.OVERHEAD_BYTES)) {
            return goOn();
        }
        return true;
    }

    /** In the next generation, if it is there; else the present one has to grow. */
    private boolean goOn() {
        Generation next = spare.take();
        if (next == null) {
            return true;
        }
        try {
            writer.goOn(next.number(), next.file());
        } catch (IOException e) {
            fail(e);
            return false;
        }
        generation = next;
        forcer.begin(next);
        snapshots.begun(next.number(), writer.lastPosition(), true);
        return true;
    }

    @Override
    public void compact(Snapshot snapshot) {
        if (!failed.get()) {
            snapshots.write(snapshot, false);
        }
    }

    @Override
    public void restore(Snapshot snapshot) {
        if (!prepare(Long.BYTES)) {
            return;
        }
        awaitedSnapshot = snapshots.write(snapshot, true);
        try {
            writer.restored(snapshot, awaitedSnapshot);
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void force(long ticket) {
        if (failed.get()) {
            return;
        }
        try {
            generation.file().unmapWritten();
        } catch (IOException e) {
            fail(e);
            return;
        }
        forcer.request(ticket, writer.sequence(), awaitedSnapshot);
    }

    private void fail(IOException e) {
        if (failed.compareAndSet(false, true)) {
            events.failed("journal " + directory.name() + ": " + e.getMessage());
        }
    }

    /** Ends its threads and closes its files. What was not forced yet may be lost, as in a crash. */
    @Override
    public void close() {
        failed.set(true);
        try (lock;
                mark;
                forcer;
                snapshots;
                spare) {
            LOG.debug("journal {} closes", directory.name());
        } catch (Exception e) {
            LOG.warn("journal {} did not close cleanly: {}", directory.name(), e.toString());
        }
    }
}
