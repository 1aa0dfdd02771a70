package io.gatun.master.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is read: one on a disk, or one that a test made up. */
interface ReadableFile extends AutoCloseable {
    /** For messages. */
    String name();

    /** Length in bytes. */
    long size() throws IOException;

    /** Reads at a position into all that remains of {@code into}, or up to the end of the file. */
    void read(long position, ByteBuffer into) throws IOException;

    @Override
    void close() throws IOException;
}
