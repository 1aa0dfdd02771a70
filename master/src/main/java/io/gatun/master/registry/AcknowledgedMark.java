package io.gatun.master.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * How far the log was acknowledged, in a small file beside it: generation, position and checksum. It was written after
 * each forced write but not itself forced, so after a power failure it may lag behind the log, but it is never ahead of
 * it: a log that ends before the mark has lost something.
 */
final class AcknowledgedMark implements AutoCloseable {
    private static final int SIZE_BYTES = 20;

    /** Position {@code position} of generation {@code generation} is durable. */
    record Mark(long generation, long position) {
        static final Mark NONE = new Mark(-1, -1);
    }

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    AcknowledgedMark(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!locked()) {
            channel.close();
            throw new IOException(file + " is locked: another master uses this work_dir");
        }
    }

    /** Two masters on one registry would overwrite each other; the kernel drops the lock when its holder dies. */
    private boolean locked() throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // Held by this process.
        }
    }

    /** What was written last; NONE when the file is new or was not written completely. */
    Mark read() throws IOException {
        buffer.clear();
        while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) > 0) {
            // Until it is full or the file ends.
        }
        if (buffer.hasRemaining() || buffer.getInt(SIZE_BYTES - Integer.BYTES) != checksum()) {
            return Mark.NONE;
        }
        return new Mark(buffer.getLong(0), buffer.getLong(Long.BYTES));
    }

    private int checksum() {
        CRC32C crc = new CRC32C();
        crc.update(buffer.array(), 0, SIZE_BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
