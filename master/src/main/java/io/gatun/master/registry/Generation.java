package io.gatun.master.registry;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * One Chronicle Queue of entries, positions from 0. A queue is written by one process and only read by later ones,
 * so that nothing is ever appended behind an entry that a crash may have damaged.
 */
final class Generation implements AutoCloseable {
    /** Chronicle maps files in steps of this; small, because the registry is, and a step is sparse until written. */
    private static final long BLOCK_BYTES = 4L << 20;
    /** How long a reader waits for a file header that its writer did not finish. */
    private static final long HEADER_TIMEOUT_MS = 1_000;

    /** Takes the entries of a generation. */
    interface Reader {
        /** Throws when the entry is damaged; {@code last} when none follows it. */
        void entry(byte[] bytes, long position, File file, boolean last);
    }

    private final ChronicleQueue queue;
    private final Bytes<byte[]> buffer = Bytes.allocateElasticOnHeap();
    private ExcerptAppender appender;
    private File forcedFile;
    private FileChannel forced;
    private long next;

    Generation(Path directory) {
        queue = SingleChronicleQueueBuilder.binary(directory)
                // Not WEEKLY: in chronicle-queue 2026.4 its readers do not find what its writers wrote.
                .rollCycle(RollCycles.FAST_DAILY)
                .blockSize(BLOCK_BYTES)
                .timeoutMS(HEADER_TIMEOUT_MS)
                .build();
    }

    /** Hands over all entries, oldest first; returns the position of the last one. */
    OptionalLong read(Reader reader) {
        try (ExcerptTailer tailer = queue.createTailer()) {
            byte[] pending = null;
            File file = null;
            long position = 0;
            while (true) {
                byte[] bytes = next(tailer);
                if (pending != null) {
                    reader.entry(pending, position, file, bytes == null);
                    position++;
                }
                if (bytes == null) {
                    return position == 0 ? OptionalLong.empty() : OptionalLong.of(position - 1);
                }
                pending = bytes;
                file = tailer.currentFile();
            }
        }
    }

    private static byte[] next(ExcerptTailer tailer) {
        try (DocumentContext document = tailer.readingDocument()) {
            if (!document.isPresent()) {
                return null;
            }
            Bytes<?> bytes = document.wire().bytes();
            byte[] entry = new byte[Math.toIntExact(bytes.readRemaining())];
            bytes.read(entry);
            return entry;
        }
    }

    /** The positions before {@code position} are taken. */
    void skip(long position) {
        next = position;
    }

    /** Appends and forces; returns the position of the last entry. */
    long append(List<RegistryRecord> records) throws IOException {
        if (appender == null) {
            appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true); // The term's thread takes over from the one that recovers.
        }
        for (RegistryRecord record : records) {
            buffer.clear();
            buffer.write(EntryCodec.encode(next, record));
            appender.writeBytes(buffer);
            next++;
            force(false);
        }
        force(true);
        return next - 1;
    }

    /**
     * fdatasync(2) of the file that was appended to, which also writes its dirty mapped pages, at a quarter of the time
     * that Chronicle's msync takes. Chronicle may roll to a new file inside a batch: then the old one is forced first.
     */
    private void force(boolean end) throws IOException {
        File current = appender.currentFile();
        if (!current.equals(forcedFile)) {
            if (forced != null) {
                forced.force(true);
                forced.close();
            }
            forced = FileChannel.open(current.toPath(), StandardOpenOption.WRITE);
            forcedFile = current;
            forced.force(true);
            Durable.forceDirectory(current.toPath().getParent());
        }
        if (end) {
            forced.force(false);
        }
    }

    @Override
    public void close() {
        buffer.releaseLast();
        queue.close();
        try {
            if (forced != null) {
                forced.close();
            }
        } catch (IOException e) {
            throw new RegistryException("cannot close " + forcedFile + ": " + e.getMessage(), e);
        }
    }
}
