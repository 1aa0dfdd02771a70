package io.gatun.master.log;

import java.util.Objects;

/**
 * What a replica begins with: what its journal held.
 *
 * @param id 1 to {@link Epoch#MAX_ID}, its own for ever
 * @param incarnation {@link Members#ORIGINAL}, or a number that nobody else has or had under this id
 * @param vouched whether it has everything that it ever acknowledged under this id, so that its votes mean something
 * @param promised the greatest promise in the journal
 * @param snapshot with which the journal begins
 * @param log the entries after it; the replica owns it from now on
 */
public record Recovered(int id, long incarnation, boolean vouched, long promised, Snapshot snapshot, Entries log) {
    public Recovered {
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(log, "log");
        if (id < 1 || id > Epoch.MAX_ID) {
            throw new IllegalArgumentException("replica id " + id + ": must be 1 to " + Epoch.MAX_ID);
        }
        if (!vouched && incarnation == Members.ORIGINAL) {
            throw new IllegalArgumentException(
                    "replica " + id + ": without its log it must have an incarnation of its own");
        }
    }

    /** A replica of a log that has just been formed of {@code members}. */
    public static Recovered formed(int id, Members members) {
        Snapshot snapshot = Snapshot.empty(members);
        return new Recovered(id, Members.ORIGINAL, true, Epoch.NONE, snapshot, new Entries(snapshot));
    }

    /** A replica that has nothing, or lost what it had; a leader has to fill it. */
    public static Recovered blank(int id, long incarnation) {
        Snapshot snapshot = Snapshot.none();
        return new Recovered(id, incarnation, false, Epoch.NONE, snapshot, new Entries(snapshot));
    }
}
