package io.gatun.master.log.disk;

import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.Madvise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.core.OS;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * A Chronicle Queue of one file, written by one process from its beginning and never again. Chronicle maps the file; the
 * {@link QueueBlocks} that it will write to are allocated before, so that a full disk is an IOException here.
 * {@link #append} belongs to one thread at a time, {@link #force} may be called on another.
 */
final class QueueFile implements RecordSink, AutoCloseable {
    /** Name of the file in its directory: the clock of the queue stands still, so that it never rolls to another. */
    static final String NAME = "19700101F.cq4";

    /** A document's length, its alignment, and what Chronicle may put before it when an index is full. */
    private static final int MARGIN_BYTES = 40 << 10;
    /** The file with Chronicle's locks and roll cycle. */
    private static final String TABLE_NAME = "metadata.cq4t";

    private static final int TABLE_BYTES = 128 << 10;
    /** How much is allocated by a writer, which waits for it, when it was not done in time. */
    private static final int LATE_STEP_BYTES = 128 << 10;

    /** 4 KiB, and up to 64 KiB on aarch64. */
    private static final int PAGE_BYTES = OS.pageSize();
    /** From so much on one interrupt and what is mapped again take less time than an interrupt for each page. */
    private static final int UNMAPPED_BYTES = 8 * PAGE_BYTES;
    /** How long Chronicle waits for others to finish what they write; nobody else writes. */
    private static final long TIMEOUT_MS = 1;

    private final Path directory;
    private final Path file;
    private final QueueBlocks blocks;
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    /** The buffer that records come in, as Chronicle wants it, so that they are copied once: into the file. */
    private ByteBuffer source;

    private Bytes<?> document;
    private long used = QueueBlocks.PREAMBLE_BYTES;
    /** Whole pages before that byte are not in the mapped memory, as far as they were written since. */
    private long unmapped = QueueBlocks.toFolio(QueueBlocks.PREAMBLE_BYTES);

    /**
     * Makes the directory with an empty queue, durable, with room for {@code bytes} of records.
     *
     * @param urgent whether somebody waits for it; may become true meanwhile
     * @throws IOException when there is no room, or the directory exists
     */
    QueueFile(Path directory, long bytes, BooleanSupplier urgent) throws IOException {
        this(directory, bytes, urgent, null, QueueBlocks.Rest.CUT_OFF);
    }

    /**
     * Makes it of a queue that was retired, if there is one: its file becomes empty and gets the place of the new one.
     * That takes half the time, since its blocks are there, on the disk and in the page cache, and none are given back.
     *
     * @param retired directory of the other queue, closed, or null; it is removed. This process made it, of the same size
     */
    QueueFile(Path directory, long bytes, BooleanSupplier urgent, Path retired) throws IOException {
        this(directory, bytes, urgent, retired, QueueBlocks.Rest.CUT_OFF);
    }

    /**
     * Makes one that will have many times as many bytes, of a queue that was retired, if there is one: beyond
     * {@code bytes} its records are still there until others are written over them, and when all are written
     * {@link #cutOff} has to be called.
     *
     * @param retired as above, of any size and age
     */
    static QueueFile overwriting(Path retired, Path directory, long bytes) throws IOException {
        return new QueueFile(directory, bytes, () -> false, retired, QueueBlocks.Rest.OVERWRITTEN);
    }

    private QueueFile(Path directory, long bytes, BooleanSupplier urgent, Path retired, QueueBlocks.Rest rest)
            throws IOException {
        this.directory = directory;
        this.file = directory.resolve(NAME); // once: a force allocates nothing
        Files.createDirectory(directory);
        try (FileChannel table = FileChannel.open(
                directory.resolve(TABLE_NAME), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Durable.writeZeros(table, QueueBlocks.zeros(), 0, TABLE_BYTES);
        }
        try {
            queue = SingleChronicleQueueBuilder.binary(directory)
                    .rollCycle(RollCycles.FAST_DAILY)
                    .timeProvider(() -> 0)
                    .blockSize(QueueBlocks.MAPPED_BYTES)
                    .timeoutMS(TIMEOUT_MS)
                    .build();
            appender = queue.createAppender();
            // The replica's thread takes over from the one that opened the journal.
            appender.singleThreadedCheckDisabled(true);
        } catch (RuntimeException e) {
            throw new IOException("make a Chronicle Queue in " + directory + ": " + e, e);
        }
        Path made = retired == null ? file : retired.resolve(NAME);
        blocks = retired == null ? QueueBlocks.ofNew(made) : QueueBlocks.ofRetired(made);
        try {
            blocks.prepare(made, rest, bytes + MARGIN_BYTES, urgent);
            if (retired != null) {
                // Before it has the name: then a record of the other queue would be one of this.
                blocks.forceAll();
                Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
                Durable.deleteTree(retired);
            }
            Durable.forceAll(directory);
            Durable.forceDirectory(directory.getParent());
        } catch (IOException e) {
            giveBack(e);
            throw e;
        }
    }

    /** Closes and removes it: nothing depends on it yet, and its room is what a full disk lacks. */
    void giveBack(IOException reason) {
        try {
            close();
            Durable.deleteTree(directory);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /**
     * Cuts off what is left of a retired queue behind the last record, a few MiB at a time. Nothing is appended after that;
     * a {@link #force} has to come.
     */
    void cutOff() throws IOException {
        blocks.cutOff(file);
    }

    /** Whether a record fits into what is allocated. */
    boolean hasRoomFor(int length) {
        return used + length + MARGIN_BYTES <= blocks.allocated();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very same memory, whatever is in it
    public void append(ByteBuffer record, int length) throws IOException {
        if (!hasRoomFor(length)) {
            blocks.allocate(used + length + MARGIN_BYTES + LATE_STEP_BYTES);
        }
        try {
            if (record != source) {
                wrap(record);
            }
            document.clear();
            document.writePosition(length);
            appender.writeBytes(document);
        } catch (RuntimeException e) {
            throw new IOException("append to " + file + ": " + e, e);
        }
        used = appender.wire().bytes().writePosition();
    }

    private void wrap(ByteBuffer record) {
        letGo();
        document = BytesStore.wrap(record).bytesForWrite();
        document.singleThreadedCheckDisabled(true);
        source = record;
    }

    /**
     * Takes pages that were written since the last call out of the mapped memory, if they are many: madvise(2) with
     * MADV_DONTNEED; they stay in the page cache, dirty. A {@link #force} write-protects every page that is mapped and
     * dirty by itself, and interrupts all processors that run this process for each; now that is once for all. On the
     * thread that appends, before a force.
     */
    void unmapWritten() throws IOException {
        if (used - unmapped < UNMAPPED_BYTES) {
            return;
        }
        BytesStore<?, ?> mapped = appender.wire().bytes().bytesStore();
        // What lies in an earlier part of the file may not be mapped any more.
        long from = Math.max(unmapped, mapped.start());
        long end = used / PAGE_BYTES * PAGE_BYTES;
        if (from < end) {
            try {
                Madvise.dontNeed(mapped.addressForRead(from), end - from, directory);
            } catch (SyscallException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        unmapped = end;
    }

    private void letGo() {
        if (document != null) {
            document.releaseLast();
            document = null;
            source = null;
        }
    }

    /** fdatasync(2): has all that was appended on disk. Chronicle's own msync(2) takes four times as long. */
    void force() throws IOException {
        blocks.force(file);
    }

    /** The file. */
    Path file() {
        return file;
    }

    /** The directory with it. */
    Path directory() {
        return directory;
    }

    /** Whether most of what is allocated is used. */
    boolean isHalfUsed() {
        return used > blocks.allocated() / 2;
    }

    /** How far it is written, in bytes. */
    long used() {
        return used;
    }

    @Override
    public void close() throws IOException {
        queue.close();
        letGo();
        blocks.close();
    }
}
