package io.gatun.master.log;

import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.SchedAttr;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that every append or call waits for, and that has little to do each time: it wakes up, and must not wait until
 * another thread has used up its turn on the processor, which takes some milliseconds each. The threads that it starts are
 * none.
 *
 * <p>Short turns let it in before one with longer ones, unless it had more than its share of the processor just before; the
 * larger share that a niceness below 0 gives sees to that.
 */
public final class CriticalThread {
    /** The shortest there is, in ns. */
    public static final long SLICE_NS = 100_000;

    /** Nine times the share of a thread with 0; where the process has less, it keeps that. */
    public static final int NICE = -10;

    private static final Logger LOG = LoggerFactory.getLogger(CriticalThread.class);

    private CriticalThread() {}

    /**
     * Makes the calling thread one. Short turns are of use from Linux 6.12 on, the niceness takes CAP_SYS_NICE; where one of
     * them is not to be had it is more like others.
     */
    public static void begin() {
        try {
            SchedAttr.slice(SLICE_NS);
            SchedAttr.nice(Math.min(SchedAttr.nice(), NICE));
        } catch (SyscallException e) {
            LOG.info(
                    "{} may have to wait while others run: {}",
                    Thread.currentThread().getName(),
                    e.getMessage());
        }
    }
}
