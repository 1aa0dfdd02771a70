package io.gatun.master.log.disk;

import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.security.SecureRandom;
import java.util.Objects;

/**
 * A journal that was read and locked, but is not written to yet. One that is {@link JournalState#EMPTY} is either
 * {@link #form formed} or {@link #join joins}; one that is {@link JournalState#DAMAGED} can only join, and is put aside
 * then. After that, or when it is {@link JournalState#WHOLE}, {@link #start} begins to write. One thread.
 */
public final class OpenedJournal implements AutoCloseable {
    private static final SecureRandom INCARNATIONS = new SecureRandom();

    private final JournalDirectory directory;
    private final FileChannel lock;
    private final Reading reading;
    private Recovered recovered;
    private long snapshot;
    private boolean fresh;
    private boolean started;

    OpenedJournal(JournalDirectory directory, FileChannel lock, Reading reading) {
        this.directory = directory;
        this.lock = lock;
        this.reading = reading;
        this.recovered = reading.recovered();
        this.snapshot = reading.snapshot();
    }

    /** What the files were found to be when they were opened. */
    public JournalState state() {
        return reading.state();
    }

    /** What is wrong with them, naming file, place and rule; empty unless they are {@link JournalState#DAMAGED}. */
    public String damage() {
        return reading.problem();
    }

    /** What was being written when the machine died, and is left out now; empty when nothing was. */
    public String dropped() {
        return reading.dropped();
    }

    /** Whose journal it is; 0 when there is none, or it cannot be read from it. */
    public int id() {
        return recovered == null ? reading.replica() : recovered.id();
    }

    /**
     * What a replica begins with.
     *
     * @throws IllegalStateException before {@link #form} or {@link #join}, where those are needed
     */
    public Recovered recovered() {
        if (recovered == null) {
            throw new IllegalStateException("journal " + directory.name() + " is " + state() + ": form or join first");
        }
        return recovered;
    }

    /**
     * Makes it the journal of a member of a new log. Only when every other member is found empty, too.
     *
     * @throws IllegalStateException when it is not empty
     */
    public void form(int id, Members members) {
        if (state() != JournalState.EMPTY || recovered != null) {
            throw new IllegalStateException("journal " + directory.name() + ": a log cannot be formed of one that is "
                    + (recovered == null ? state() + ": " + damage() : "replica " + recovered.id() + "'s"));
        }
        begin(Recovered.formed(id, members));
    }

    /**
     * Makes it the journal of a replica that has nothing and is filled by a leader. It does not vote before that, also
     * when it did as somebody else with this id.
     *
     * @throws IllegalStateException when it is whole
     * @throws IOException when a damaged journal cannot be put aside
     */
    public void join(int id) throws IOException {
        if (state() == JournalState.WHOLE || recovered != null) {
            throw new IllegalStateException("journal " + directory.name() + ": is replica " + recovered.id() + "'s");
        }
        if (state() == JournalState.DAMAGED) {
            directory.putAside();
        }
        long incarnation = Members.ORIGINAL;
        while (incarnation == Members.ORIGINAL) {
            incarnation = INCARNATIONS.nextLong();
        }
        begin(Recovered.blank(id, incarnation));
    }

    private void begin(Recovered first) {
        recovered = Objects.requireNonNull(first);
        fresh = true;
    }

    /**
     * Begins to write: everything that was read is written again to a new generation, so that nothing depends on what a
     * disk did with older writes that it failed to force. Then all before is removed.
     *
     * @param events gets what the journal has to tell, on its threads
     * @return the journal of {@link #recovered}; it has the lock now
     * @throws IOException naming call and file
     */
    public ChronicleJournal start(JournalEvents events) throws IOException {
        Recovered first = recovered();
        if (started) {
            throw new IllegalStateException("journal " + directory.name() + " was started already");
        }
        AcknowledgedMark mark = new AcknowledgedMark(directory.path());
        if (fresh) {
            mark.force(Mark.NONE);
            snapshot = reading.snapshot() + 1;
            SnapshotWriter.write(directory, snapshot, first.snapshot(), () -> true, null);
        }
        long number = reading.generation() + 1;
        QueueFile file = new QueueFile(directory.generationPath(number), 0, () -> true);
        JournalWriter writer = new JournalWriter(first, snapshot, reading.sequence());
        try {
            writer.copy(number, file, first.log());
            file.force();
        } catch (IOException e) {
            mark.close();
            file.giveBack(e);
            throw e;
        }
        mark.force(new Mark(number, writer.sequence() - 1)); // once it is said, the generation has to stay
        Durable.forceDirectory(directory.path());
        directory.keepOnly(number, snapshot);
        started = true;
        return new ChronicleJournal(
                directory,
                lock,
                writer,
                mark,
                new Generation(number, file),
                first.snapshot().position(),
                snapshot,
                events);
    }

    /** Lets go of a journal that was not started. */
    @Override
    public void close() throws IOException {
        if (!started) {
            lock.close();
        }
    }
}
