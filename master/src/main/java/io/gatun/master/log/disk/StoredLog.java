package io.gatun.master.log.disk;

import java.io.IOException;
import java.util.NavigableSet;

/** What a journal is made of when nobody writes to it: files on a disk, or made up by a test. */
interface StoredLog {
    /** How messages call all of it. */
    String name();

    /** Numbers of the generations that are there. */
    NavigableSet<Long> generations() throws IOException;

    /** The file of a generation. */
    ReadableFile generation(long number) throws IOException;

    /** Length that the file of a generation may have, once its first record was written. */
    boolean isLengthOfGeneration(long bytes);

    /** Numbers of the snapshots that were finished. */
    NavigableSet<Long> snapshots() throws IOException;

    /** The file of a snapshot. */
    ReadableFile snapshot(long number) throws IOException;

    /**
     * How far the journal was acknowledged.
     *
     * @throws DamageException when that is not known any more
     */
    Mark mark() throws IOException, DamageException;

    /** Whether there are files of a journal, or were some that were found damaged. */
    boolean isEmpty() throws IOException;
}
