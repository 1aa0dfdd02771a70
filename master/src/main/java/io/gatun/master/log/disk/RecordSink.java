package io.gatun.master.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where records go: the end of a Chronicle Queue file, or of one that a test made up. */
interface RecordSink {
    /**
     * Appends a record; its bytes are copied.
     *
     * @param record a direct buffer, from its first byte whatever its position and limit are, which stay
     * @throws IOException when there is no room for it
     */
    void append(ByteBuffer record, int length) throws IOException;
}
