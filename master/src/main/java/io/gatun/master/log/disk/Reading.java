package io.gatun.master.log.disk;

import io.gatun.master.log.Recovered;
import java.util.Objects;

/**
 * What a journal was found to be.
 *
 * @param state whether it can be vouched for
 * @param problem what is wrong with it, naming file, place and rule; empty when nothing is
 * @param dropped what was on its way to the disk when the machine died, and never acknowledged; empty when nothing was
 * @param replica id of the replica; 0 when that cannot be read
 * @param recovered its content; null unless it is whole
 * @param generation number of the newest generation that is there, or -1
 * @param snapshot number of the newest snapshot that is there, or -1
 * @param sequence the first one that no record has
 * @param records how many were read
 */
record Reading(
        JournalState state,
        String problem,
        String dropped,
        int replica,
        Recovered recovered,
        long generation,
        long snapshot,
        long sequence,
        long records) {
    Reading {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(problem, "problem");
        Objects.requireNonNull(dropped, "dropped");
    }
}
