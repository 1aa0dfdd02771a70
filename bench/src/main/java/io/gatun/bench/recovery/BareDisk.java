package io.gatun.bench.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the disk takes for 4 KiB that are forced, in a file of its own beside the log: no append can be faster than that, and
 * what a pause has in common with it is the disk's.
 */
final class BareDisk implements AutoCloseable {
    private static final int BLOCK_BYTES = 4 << 10;
    private static final int BLOCKS = 1 << 10;
    private static final long EVERY_MS = 2;

    private final FileChannel channel;
    private final Times times;
    private final Beside beside = Beside.critical("bench-disk", this::force);
    private int block;

    /**
     * Makes the file, with all of its blocks.
     *
     * @param times are told on a thread of this
     */
    BareDisk(Path file, Times times) throws IOException {
        this.times = times;
        this.channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        for (int each = 0; each < BLOCKS; each++) {
            write();
        }
        channel.force(true);
    }

    void start() {
        beside.start();
    }

    private void write() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK_BYTES);
        long at = (long) block * BLOCK_BYTES;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        block = (block + 1) % BLOCKS;
    }

    private void force() throws IOException, InterruptedException {
        long begunNs = System.nanoTime();
        write();
        channel.force(false);
        times.took(begunNs, System.nanoTime());
        Thread.sleep(EVERY_MS);
    }

    /** Ends, after it was started. */
    void end() throws IOException, InterruptedException {
        beside.end();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
