package io.gatun.master.log.disk;

import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.util.NavigableSet;

/**
 * Reads a journal and decides whether it can be vouched for; changes nothing. The records count in their order until the
 * first one that is not as it was written. That one, and all behind it, is dropped if it was being written when the
 * machine died. It is damage if it was acknowledged (the {@link Mark} says so), if a later record says that it was on
 * disk, or if it does not look like something that was half written.
 */
final class Recovery {
    private final StoredLog stored;
    private final NavigableSet<Long> all;
    private final NavigableSet<Long> snapshots;
    private NavigableSet<Long> generations;
    private Mark mark = Mark.NONE;
    private LogBuilder builder;
    private long records;
    private long sequence;
    private String dropped = "";

    private Recovery(StoredLog stored) throws IOException {
        this.stored = stored;
        this.all = stored.generations();
        this.generations = all;
        this.snapshots = stored.snapshots();
    }

    /**
     * Reads.
     *
     * @throws IOException when the disk cannot be read at all
     */
    static Reading read(StoredLog stored) throws IOException {
        Recovery recovery = new Recovery(stored);
        try {
            return recovery.reading(recovery.read() ? JournalState.WHOLE : JournalState.EMPTY, "");
        } catch (DamageException e) {
            return recovery.reading(JournalState.DAMAGED, e.getMessage());
        }
    }

    private Reading reading(JournalState state, String problem) {
        return new Reading(
                state,
                problem,
                dropped,
                builder == null ? 0 : builder.replica(),
                state == JournalState.WHOLE ? builder.build() : null,
                newest(all),
                newest(snapshots),
                sequence,
                records);
    }

    private static long newest(NavigableSet<Long> numbers) {
        return numbers.isEmpty() ? -1 : numbers.last();
    }

    /** False when there is nothing, and never was. */
    private boolean read() throws IOException, DamageException {
        if (stored.isEmpty()) {
            return false;
        }
        mark = stored.mark();
        while (!generations.isEmpty() && !snapshots.isEmpty()) {
            long first = newestCopy();
            if (readFrom(first)) {
                return true;
            }
            // A copy that was not finished: what it was copied from is still there, unless it was the very first.
            generations = generations.headSet(first, false);
        }
        if (!mark.equals(Mark.NONE)) {
            throw new DamageException(stored.name() + ": record " + mark.sequence() + " in generation "
                    + mark.generation() + " was acknowledged, but "
                    + (snapshots.isEmpty() ? "no snapshot" : "no generation")
                    + " to begin with is there");
        }
        builder = null;
        return false;
    }

    /** The newest generation that was begun with copies; else the oldest. */
    private long newestCopy() throws IOException {
        for (long number : generations.descendingSet()) {
            try (ReadableFile file = stored.generation(number)) {
                DocumentReader reader = new DocumentReader(file);
                if (reader.next() == DocumentReader.Found.RECORD
                        && reader.type() == RecordType.BEGIN
                        && reader.payloadLength() == Beginning.SIZE_BYTES
                        && Beginning.decode(reader.payload()).copied()) {
                    return number;
                }
            }
        }
        return generations.first();
    }

    /** Reads from a generation to the end; false when that one was never finished. */
    private boolean readFrom(long first) throws IOException, DamageException {
        long number = snapshots.last();
        Snapshot snapshot = SnapshotReader.verify(number, () -> stored.snapshot(number), read -> {});
        builder = new LogBuilder(snapshot, number);
        records = 0;
        for (long generation = first; generations.contains(generation); generation++) {
            try (ReadableFile file = stored.generation(generation)) {
                GenerationReader reader = new GenerationReader(stored, file, generation, builder, sequence);
                boolean ended = reader.read(generation == first);
                records += reader.records();
                sequence = reader.sequence();
                if (!ended && generation == first && mark.generation() < first && reader.isUnfinishedCopy()) {
                    return false;
                }
                // A generation was made, as long as it is, before the one in front of it was ended.
                reader.requireLength();
                if (!ended) {
                    dropped = new Evidence(stored, mark, generations).judge(reader, generation, first);
                    return true;
                }
            }
        }
        // One is ended only when the next one is on disk: see SpareGeneration.
        throw new DamageException(stored.name() + ": the generation with record " + sequence
                + " is missing, and it was there before the one in front of it was ended");
    }
}
