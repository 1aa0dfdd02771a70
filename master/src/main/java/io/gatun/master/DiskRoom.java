package io.gatun.master;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this master should hand over because the disk of its log is nearly full. A leader goes on writing to the file
 * that was allocated for it, and would fall silent in the middle of a call when that is used up; so while another could
 * lead it lets that one try, once, and goes on as a follower that still acknowledges. When it is named again all the same
 * (the others' disks are no better) it leads with what it has. Not thread-safe.
 */
final class DiskRoom {
    private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);

    /** What the next file of the log takes. */
    static final long NEEDED_BYTES = 32L << 20;

    /** Time for another to be first in ZooKeeper and to lead. */
    static final long YIELD_MS = 10_000;

    private static final long LOOK_MS = 100;

    private final LongSupplier usableBytes;
    private long usable = Long.MAX_VALUE;
    private long lookAt = Long.MIN_VALUE;
    private long yieldUntil = Long.MIN_VALUE;
    private boolean handedOver;

    /** @param usableBytes asks the file system, at most every 100 ms */
    DiskRoom(LongSupplier usableBytes) {
        this.usableBytes = usableBytes;
    }

    /**
     * Looks at the disk.
     *
     * @param succeeded whether this master leads, and another replica could
     * @return whether to hand over, or not to try yet
     */
    boolean yields(boolean succeeded, long nowMs) {
        if (nowMs >= lookAt) {
            lookAt = nowMs + LOOK_MS;
            usable = usableBytes.getAsLong();
        }
        if (usable >= NEEDED_BYTES) {
            handedOver = false;
            yieldUntil = Long.MIN_VALUE;
        } else if (succeeded && !handedOver) {
            handedOver = true;
            yieldUntil = nowMs + YIELD_MS;
            LOG.warn(
                    "The disk of the log has {} bytes left, and its next file needs {}: this master hands over",
                    usable,
                    NEEDED_BYTES);
        }
        return nowMs < yieldUntil;
    }
}
