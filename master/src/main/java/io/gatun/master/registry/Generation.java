package io.gatun.master.registry;

import java.io.File;
import java.nio.file.Path;
import java.util.OptionalLong;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/** One Chronicle Queue of entries, positions from 0; it is only read. */
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

    @Override
    public void close() {
        queue.close();
    }
}
