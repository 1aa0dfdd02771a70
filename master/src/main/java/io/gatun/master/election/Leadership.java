package io.gatun.master.election;

import io.gatun.mesos.v1.MasterInfo;
import java.util.Optional;

/**
 * One master's part in the election. {@link #contend} is called once; a deposed master contends again by itself, so
 * that {@code elected} and {@code deposed} alternate until {@link #close}.
 */
public interface Leadership extends AutoCloseable {
    /** Called on a thread of the election's, one call at a time; may block. */
    interface Listener {
        /** This master leads now. */
        void elected();

        /** This master, which led, leads no more: {@code reason} says why, for the log. */
        void deposed(String reason);
    }

    /** Starts to contend. */
    void contend(Listener listener);

    /** The leader as far as is known, this master included; from any thread, without blocking. */
    Optional<MasterInfo> leader();

    /** Whether this master leads; from any thread, without blocking. */
    boolean leading();

    /** Gives up the candidacy, and leadership with it; {@code deposed} is not called. Returns within 2 s. */
    @Override
    void close();
}
