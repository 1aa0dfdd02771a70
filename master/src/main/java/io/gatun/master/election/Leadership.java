package io.gatun.master.election;

import io.gatun.mesos.v1.MasterInfo;
import java.util.Optional;

/**
 * Who may try to lead, and what others are told of who does. Whether a candidate leads is up to the replicated log alone:
 * it says so by {@link #leads}, and goes on leading whatever the election has to say.
 */
public interface Leadership extends AutoCloseable {
    /** Starts to take part; called once. */
    void contend(Candidate candidate);

    /** The candidate leads from now on, or no more; from any thread, without blocking. */
    void leads(boolean leads);

    /** The leader as far as is known, this master included; from any thread, without blocking. */
    Optional<MasterInfo> leader();

    /** Whether this master leads; from any thread, without blocking. */
    boolean leading();

    /** Takes no part any more; nothing is called on the candidate afterwards. Returns within 2 s. */
    @Override
    void close();
}
