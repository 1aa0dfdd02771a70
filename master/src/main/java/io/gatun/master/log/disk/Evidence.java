package io.gatun.master.log.disk;

import java.io.IOException;
import java.util.NavigableSet;

/** Decides whether records that are not there were ever on disk. */
final class Evidence {
    private final StoredLog stored;
    private final Mark mark;
    private final NavigableSet<Long> generations;

    Evidence(StoredLog stored, Mark mark, NavigableSet<Long> generations) {
        this.stored = stored;
        this.mark = mark;
        this.generations = generations;
    }

    /**
     * Returns what is dropped, in words; empty when nothing is.
     *
     * @param reader that stopped
     * @param number of the generation in which it did
     * @param first of the generations that were read
     * @throws DamageException when it was on disk, or cannot be just half written
     */
    String judge(GenerationReader reader, long number, long first) throws IOException, DamageException {
        GenerationReader.Stop stop = reader.stop();
        if (mark.generation() >= first && mark.sequence() >= stop.sequence()) {
            throw new DamageException(
                    stop.text() + ", but up to record " + mark.sequence() + " everything was acknowledged");
        }
        boolean more = requireNothingForced(reader.seek(), stop);
        for (long later : generations.tailSet(number, false)) {
            try (ReadableFile file = stored.generation(later)) {
                DocumentReader documents = new DocumentReader(file);
                boolean found = documents.next() == DocumentReader.Found.RECORD || documents.seek();
                more |= requireNothingForced(found ? documents : null, stop);
            }
        }
        if (!stop.clean() && !stop.torn()) {
            throw new DamageException(
                    stop.text() + ", and no part of it is missing, so that it is not one that was being written");
        }
        return stop.clean() && !more
                ? ""
                : stop.text() + ": it was being written when the machine died, and was never acknowledged";
    }

    /** Whether there are records; one that was written after a force that covers the stop throws. */
    private static boolean requireNothingForced(DocumentReader first, GenerationReader.Stop stop)
            throws IOException, DamageException {
        boolean found = first != null;
        DocumentReader documents = first;
        while (documents != null) {
            if (documents.sequence() >= stop.sequence() && documents.forced() > stop.sequence()) {
                throw new DamageException(stop.text() + ", but record " + documents.sequence()
                        + " was written when all before record " + documents.forced() + " was on disk");
            }
            boolean next = documents.next() == DocumentReader.Found.RECORD || documents.seek();
            documents = next ? documents : null;
        }
        return found;
    }
}
