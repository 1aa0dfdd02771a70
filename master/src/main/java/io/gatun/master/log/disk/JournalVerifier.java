package io.gatun.master.log.disk;

import io.gatun.master.log.Recovered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Reads a journal as a replica would at its start, and changes nothing. */
public final class JournalVerifier {
    /**
     * What was found.
     *
     * @param state what the journal is
     * @param problem file, place and rule when it is damaged; else empty
     * @param dropped what was being written when the machine died, and would be left out; else empty
     * @param replica id; 0 when there is none
     * @param vouched whether the replica may vote; false while it is filled
     * @param promised greatest promise
     * @param snapshotPosition of the last entry in the snapshot; -1 without a log
     * @param snapshotBytes length of the snapshot's state
     * @param lastPosition of the last entry
     * @param records how many were read of generations
     */
    public record Report(
            JournalState state,
            String problem,
            String dropped,
            int replica,
            boolean vouched,
            long promised,
            long snapshotPosition,
            long snapshotBytes,
            long lastPosition,
            long records) {}

    private JournalVerifier() {}

    /**
     * Reads all of a journal. It may be in use: then its end may be taken for something that is being written, and a file
     * that is removed meanwhile for one that was cut off.
     *
     * @throws IOException when it cannot be read at all
     */
    public static Report verify(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        Reading reading = Recovery.read(new JournalDirectory(directory));
        Recovered recovered = reading.recovered();
        return new Report(
                reading.state(),
                reading.problem(),
                reading.dropped(),
                reading.replica(),
                recovered != null && recovered.vouched(),
                recovered == null ? 0 : recovered.promised(),
                recovered == null ? -1 : recovered.snapshot().position(),
                recovered == null ? 0 : recovered.snapshot().length(),
                recovered == null ? -1 : recovered.log().last(),
                reading.records());
    }
}
