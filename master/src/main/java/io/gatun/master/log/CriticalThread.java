package io.gatun.master.log;

import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.SchedAttr;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that every append or call waits for, and that has little to do each time: it wakes up, and must not wait until
 * another thread has used up its turn on the processor, which takes some milliseconds each. The threads that it starts are
 * none: among threads with the same short turns none comes sooner than the others.
 */
public final class CriticalThread {
    /** The shortest there is, in ns. */
    private static final long SLICE_NS = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(CriticalThread.class);

    private CriticalThread() {}

    /** Makes the calling thread one; without Linux 6.12, or where it is forbidden, it is one like others. */
    public static void begin() {
        try {
            SchedAttr.slice(SLICE_NS);
        } catch (SyscallException e) {
            LOG.info(
                    "{} runs in turns as long as others': {}",
                    Thread.currentThread().getName(),
                    e.getMessage());
        }
    }
}
