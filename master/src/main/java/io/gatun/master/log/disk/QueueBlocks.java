package io.gatun.master.log.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import net.openhft.chronicle.core.OS;

/**
 * The blocks of a {@link QueueFile}: they get zeros, through the page cache, before Chronicle maps them. One thread at a
 * time; {@link #force} may be called on another.
 */
final class QueueBlocks implements AutoCloseable {
    /** Chronicle maps files in steps of this, and makes a file longer (not larger: it has holes) by as much. */
    static final long MAPPED_BYTES = 64L << 20;
    /** What it maps beyond, so that a document can cross the border. */
    private static final long OVERLAP_BYTES = MAPPED_BYTES / 4;
    /** Chronicle's header and first index. */
    static final int PREAMBLE_BYTES = 80 << 10;

    /** How much is allocated at a time, ahead of use. */
    private static final int STEP_BYTES = 1 << 20;

    /**
     * In what pieces records' blocks are allocated. Linux keeps what one write(2) brings in one folio of the page cache
     * where it can (XFS from 5.18 on, ext4 from 6.16 on), and a store to mapped memory makes all of its folio dirty: with
     * 1 MiB each force of a record wrote 1 MiB. With 4 KiB, on the other hand, a log of many large entries spent half its
     * processor time on the pages of its files.
     */
    private static final int FOLIO_BYTES = Math.max(16 << 10, OS.pageSize());
    /** The same where every force writes what Chronicle notes of the records, a few bytes. */
    private static final int SMALL_FOLIO_BYTES = 4 << 10;
    /** The same where the page cache has the file already, in folios of the above: those stay as they are. */
    private static final int CACHED_BYTES = 64 << 10;

    /** What becomes of a retired queue beyond what is allocated at first. */
    enum Rest {
        CUT_OFF,
        OVERWRITTEN
    }

    private final FileChannel channel;
    private final ByteBuffer zeros;
    private final ByteBuffer fewZeros;
    private long allocated;

    private QueueBlocks(FileChannel channel, ByteBuffer zeros) {
        this.channel = channel;
        this.zeros = zeros;
        this.fewZeros = zeros.slice(0, SMALL_FOLIO_BYTES);
    }

    /**
     * Those of a file that is made.
     *
     * @throws IOException when it exists
     */
    static QueueBlocks ofNew(Path file) throws IOException {
        return new QueueBlocks(
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), zeros());
    }

    /** Those of a queue that was retired; the file may have another name once {@link #prepare} has returned. */
    static QueueBlocks ofRetired(Path file) throws IOException {
        return new QueueBlocks(
                FileChannel.open(file, StandardOpenOption.WRITE), ByteBuffer.allocateDirect(CACHED_BYTES));
    }

    /** A piece of what blocks get, for one thread. */
    static ByteBuffer zeros() {
        return ByteBuffer.allocateDirect(FOLIO_BYTES);
    }

    /**
     * Gives the file its length, and has what Chronicle writes first and {@code bytes} behind it allocated, as far as it is
     * mapped at once.
     *
     * @param file what it is called by now
     * @param urgent whether somebody waits for it; may become true meanwhile
     * @throws IOException when there is no room
     */
    void prepare(Path file, Rest rest, long bytes, BooleanSupplier urgent) throws IOException {
        long end = Math.min(toFolio(PREAMBLE_BYTES + bytes), MAPPED_BYTES);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            if (rest == Rest.CUT_OFF) {
                // Nothing of another queue is left: up to there it is overwritten, from there on cut off.
                channel.truncate(end);
            }
            // What Chronicle would make it, but on disk before the first record is: a file that was cut off shows.
            raw.setLength(Math.max(raw.length(), MAPPED_BYTES + OVERLAP_BYTES));
        }
        allocateByAndBy(file, end, urgent);
    }

    /**
     * Has blocks allocated in steps, each on disk before the next, and while there is time pauses as long as each took:
     * those who force records meanwhile must not wait for all of them.
     */
    private void allocateByAndBy(Path file, long end, BooleanSupplier urgent) throws IOException {
        while (true) {
            long begun = System.nanoTime();
            allocate(Math.min(end, allocated + STEP_BYTES));
            if (allocated == end) {
                return;
            }
            force(file);
            if (!urgent.getAsBoolean()) {
                LockSupport.parkNanos(System.nanoTime() - begun);
            }
        }
    }

    /** Has all blocks up to a byte of the file allocated, and those of its folio. */
    void allocate(long end) throws IOException {
        if (allocated < PREAMBLE_BYTES) {
            Durable.writeZeros(channel, fewZeros, 0, PREAMBLE_BYTES);
            allocated = PREAMBLE_BYTES;
        }
        long whole = toFolio(end);
        if (whole > allocated) {
            Durable.writeZeros(channel, zeros, allocated, whole - allocated);
            allocated = whole;
        }
    }

    /** A part of a folio would become a smaller one; whole pages, too. */
    static long toFolio(long bytes) {
        return (bytes + FOLIO_BYTES - 1) / FOLIO_BYTES * FOLIO_BYTES;
    }

    /** Up to which byte of the file they are. */
    long allocated() {
        return allocated;
    }

    /** Cuts off what is left of a retired queue behind them, a few MiB at a time; the file is called that by now. */
    void cutOff(Path file) throws IOException {
        long length = Math.ceilDiv(allocated, MAPPED_BYTES) * MAPPED_BYTES + OVERLAP_BYTES;
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            Durable.cutOffByAndBy(raw.getChannel(), allocated);
            raw.getChannel().truncate(allocated);
            raw.setLength(length);
        }
    }

    /** Whether a file of these may have this length. */
    static boolean isLength(long bytes) {
        return bytes > OVERLAP_BYTES && (bytes - OVERLAP_BYTES) % MAPPED_BYTES == 0;
    }

    /** fdatasync(2); the file is called that by now. */
    void force(Path file) throws IOException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new IOException("fdatasync " + file + ": " + e.getMessage(), e);
        }
    }

    /** fsync(2). */
    void forceAll() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
