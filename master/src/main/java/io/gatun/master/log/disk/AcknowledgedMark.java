package io.gatun.master.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The {@link Mark} of a journal in a small file beside it. It is written after each force but seldom forced itself: after
 * a power failure it may lag behind the journal, but it is never ahead of it. One thread.
 */
final class AcknowledgedMark implements AutoCloseable {
    static final String NAME = "acknowledged";

    private final CRC32C crc = new CRC32C();
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(Mark.SIZE_BYTES);

    AcknowledgedMark(Path directory) throws IOException {
        channel = FileChannel.open(directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Writes it; allocates nothing. */
    void write(long generation, long sequence) throws IOException {
        Mark.encode(buffer, crc, generation, sequence);
        while (buffer.hasRemaining()) {
            channel.write(buffer, buffer.position());
        }
    }

    /** Has it on disk, as one of the few that must not lag behind. */
    void force(Mark mark) throws IOException {
        write(mark.generation(), mark.sequence());
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
