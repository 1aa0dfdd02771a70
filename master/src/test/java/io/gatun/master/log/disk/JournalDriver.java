package io.gatun.master.log.disk;

import io.gatun.ffm.process.SchedAttr;
import io.gatun.master.log.Entries;
import io.gatun.master.log.EntryKind;
import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes to a journal as a replica does, one force at a time, and waits for what the journal tells. */
final class JournalDriver implements AutoCloseable {
    static final Members THREE = Members.of(Set.of(1, 2, 3));
    private static final long PATIENCE_S = 120;

    private final ChronicleJournal journal;
    private final BlockingQueue<Long> tickets = new LinkedBlockingQueue<>();
    private final BlockingQueue<Snapshot> stored = new LinkedBlockingQueue<>();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private volatile long forcingSliceNs;
    private long ticket;

    JournalDriver(OpenedJournal opened) throws IOException {
        journal = opened.start(new JournalEvents() {
            @Override
            public void forced(long done) {
                forcingSliceNs = SchedAttr.slice();
                tickets.add(done);
            }

            @Override
            public void failed(String reason) {
                failure.set(reason);
                tickets.add(-1L);
            }

            @Override
            public void stored(Snapshot snapshot) {
                stored.add(snapshot);
            }
        });
    }

    /** A new log's journal. */
    static JournalDriver formed(Path directory) throws IOException {
        OpenedJournal opened = JournalFiles.open(directory);
        opened.form(1, THREE);
        return new JournalDriver(opened);
    }

    ChronicleJournal journal() {
        return journal;
    }

    void entry(long position, long epoch, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        journal.entry(position, epoch, EntryKind.DATA, new UnsafeBuffer(bytes), 0, bytes.length);
    }

    /** Forces, and waits for it. */
    void force() {
        journal.force(++ticket);
        try {
            Long done = tickets.poll(PATIENCE_S, TimeUnit.SECONDS);
            if (done == null || done != ticket) {
                throw new IllegalStateException("force " + ticket + ": " + done + " " + failure.get());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The turns of the thread that forces, once it has; 0 in a kernel that does not tell. */
    long forcingSliceNs() {
        return forcingSliceNs;
    }

    Snapshot awaitStored() throws InterruptedException {
        Snapshot snapshot = stored.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (snapshot == null) {
            throw new IllegalStateException("no snapshot was stored: " + failure.get());
        }
        return snapshot;
    }

    String failure() {
        return failure.get();
    }

    /** What a replica would begin with; the journal is not written to. */
    static Recovered recover(Path directory) throws IOException {
        try (OpenedJournal opened = JournalFiles.open(directory)) {
            return opened.recovered();
        }
    }

    static String text(Entries log, long position) {
        return new String(log.copy(position), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        journal.close();
    }
}
