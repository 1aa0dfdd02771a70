package io.gatun.master.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/** Writes what a single master wrote before there was a replicated log: a generation, beginning with a snapshot. */
public final class OldRegistryWriter implements AutoCloseable {
    private static final byte END = 0x5A;

    private final Path directory;
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private long next;

    /** Begins a registry in {@code directory}. */
    public OldRegistryWriter(Path directory) throws IOException {
        this.directory = directory;
        Path generation = Files.createDirectories(directory.resolve("log-0000000000"));
        queue = SingleChronicleQueueBuilder.binary(generation)
                .rollCycle(RollCycles.FAST_DAILY)
                .blockSize(4 << 20)
                .build();
        appender = queue.createAppender();
        append(List.of(RegistryRecord.newBuilder()
                .setVersion(1)
                .setSnapshot(RegistryRecord.Snapshot.getDefaultInstance())
                .build()));
    }

    /** Appends, and notes that this was acknowledged. */
    public void append(List<RegistryRecord> records) throws IOException {
        Bytes<byte[]> buffer = Bytes.allocateElasticOnHeap();
        for (RegistryRecord record : records) {
            buffer.clear();
            buffer.write(encode(next, record));
            appender.writeBytes(buffer);
            next++;
        }
        buffer.releaseLast();
        ByteBuffer mark = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        mark.putLong(0).putLong(next - 1);
        mark.putInt(crc(mark.array(), 16));
        Files.write(directory.resolve("acknowledged"), mark.array());
    }

    private static byte[] encode(long position, RegistryRecord record) {
        byte[] payload = record.toByteArray();
        ByteBuffer entry = ByteBuffer.allocate(12 + payload.length + 5).order(ByteOrder.LITTLE_ENDIAN);
        entry.putLong(position).putInt(payload.length).put(payload);
        return entry.putInt(crc(entry.array(), entry.position())).put(END).array();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        queue.close();
    }
}
