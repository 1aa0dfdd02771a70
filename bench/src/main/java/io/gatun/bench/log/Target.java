package io.gatun.bench.log;

import java.io.IOException;

/** A system that takes writes, seen by its client. */
interface Target extends AutoCloseable {
    /** Takes note of answers; any thread. */
    interface Done {
        /** The write of a writer is acknowledged. */
        void done(int writer);

        /** It failed: the measurement means nothing. */
        void failed(String reason);
    }

    /** Makes ready for so many writers. */
    void prepare(int writers) throws Exception;

    /** Begins one write; returns before it is acknowledged. */
    void write(int writer, byte[] bytes, Done done);

    /** Does what is to be done on the caller's thread for at most some milliseconds; sleeps when there is nothing. */
    void drive(long ms, Done done) throws Exception;

    @Override
    void close() throws IOException;
}
