package io.gatun.master.log.disk;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Has a thread go through bytes no faster than nobody else notices, unless somebody waits for it. One thread. */
final class Pace {
    private final double nsPerByte;
    private final BooleanSupplier urgent;
    private final long begunNs = System.nanoTime();

    /**
     * From now on.
     *
     * @param urgent whether somebody waits for it; may become true meanwhile
     */
    Pace(long bytesPerS, BooleanSupplier urgent) {
        this.nsPerByte = (double) TimeUnit.SECONDS.toNanos(1) / bytesPerS;
        this.urgent = urgent;
    }

    /**
     * Returns when it is time to go on after so many bytes from the beginning. At once after an interrupt: then the
     * journal is closed, and the next call to a file says so.
     */
    void await(long bytes) {
        long dueNs = begunNs + (long) (bytes * nsPerByte);
        for (long left = dueNs - System.nanoTime();
                left > 0 && !urgent.getAsBoolean() && !Thread.currentThread().isInterrupted();
                left = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
