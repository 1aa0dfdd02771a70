package io.gatun.master.log.disk;

import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes a snapshot to a queue of its own, which gets its name when all of it is on disk. */
final class SnapshotWriter {
    private static final int PIECE_BYTES = 256 << 10;
    /** How much is written between two forces, so that the log's own never has to wait for much. */
    private static final int SLICE_BYTES = 1 << 20;
    /** As fast as nobody notices; an eighth of what a slow solid state disk takes. */
    private static final long WRITTEN_BYTES_PER_S = 64L << 20;
    /** Reading back is processor time alone, and as much of it as is there. */
    private static final long READ_BYTES_PER_S = 256L << 20;

    private static final int FIRST_BYTES = 64 << 10;

    private SnapshotWriter() {}

    /**
     * Writes.
     *
     * @param urgent whether somebody waits for it; may become true meanwhile. Otherwise there is always time for the
     *     log's own forces in between
     * @param retired directory of a snapshot that is not needed any more, whose file is used again, or null; it is removed
     * @return the same snapshot, to be read from disk
     * @throws IOException naming call and file
     */
    static Snapshot write(
            JournalDirectory directory, long number, Snapshot snapshot, BooleanSupplier urgent, Path retired)
            throws IOException {
        Path unfinished = directory.unfinishedSnapshotPath(number);
        if (Files.exists(unfinished)) {
            Durable.deleteTree(unfinished);
        }
        long first = Math.min(FIRST_BYTES + snapshot.length(), SLICE_BYTES);
        try (QueueFile file = QueueFile.overwriting(retired, unfinished, first)) {
            write(file, number, snapshot, urgent);
            if (retired != null) {
                file.cutOff();
            }
            file.force();
        }
        Durable.forceAll(unfinished);
        Files.move(unfinished, directory.snapshotPath(number), StandardCopyOption.ATOMIC_MOVE);
        Durable.forceDirectory(directory.path());
        try {
            return SnapshotReader.verify(
                    number, () -> directory.snapshot(number), new Pace(READ_BYTES_PER_S, urgent)::await);
        } catch (DamageException e) {
            throw new IOException("read a snapshot back: " + e.getMessage(), e);
        }
    }

    private static void write(QueueFile file, long number, Snapshot snapshot, BooleanSupplier urgent)
            throws IOException {
        RecordEncoder encoder = new RecordEncoder();
        byte[] header = new SnapshotHeader(number, snapshot.length(), snapshot.members()).encode();
        long sequence = 0;
        append(file, encoder, RecordType.SNAPSHOT, sequence++, snapshot, new UnsafeBuffer(header), header.length);
        byte[] piece = new byte[PIECE_BYTES];
        UnsafeBuffer view = new UnsafeBuffer(piece);
        long forced = 0;
        long written = 0;
        Pace pace = new Pace(WRITTEN_BYTES_PER_S, urgent);
        try (InputStream state = snapshot.open()) {
            for (int count = state.readNBytes(piece, 0, piece.length);
                    count > 0;
                    count = state.readNBytes(piece, 0, piece.length)) {
                append(file, encoder, RecordType.PIECE, sequence++, snapshot, view, count);
                written += count;
                if (file.used() - forced > SLICE_BYTES) {
                    file.unmapWritten();
                    file.force();
                    forced = file.used();
                }
                pace.await(written);
            }
        }
        if (written != snapshot.length()) {
            throw new IOException("a state of " + snapshot.length() + " bytes had " + written);
        }
        append(file, encoder, RecordType.SNAPSHOT_END, sequence, snapshot, view, 0);
    }

    private static void append(
            QueueFile file,
            RecordEncoder encoder,
            byte type,
            long sequence,
            Snapshot snapshot,
            DirectBuffer payload,
            int length)
            throws IOException {
        encoder.encode(type, (byte) 0, sequence, 0, snapshot.position(), snapshot.epoch(), payload, 0, length);
        file.append(encoder.buffer(), encoder.length());
    }
}
