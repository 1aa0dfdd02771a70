package io.gatun.master.log.disk;

import java.io.IOException;
import org.agrona.DirectBuffer;

/** Where records go: the end of a Chronicle Queue file, or of one that a test made up. */
interface RecordSink {
    /**
     * Appends a record; its bytes are copied.
     *
     * @param record from its first byte
     * @throws IOException when there is no room for it
     */
    void append(DirectBuffer record, int length) throws IOException;
}
