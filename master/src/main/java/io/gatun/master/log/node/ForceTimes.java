package io.gatun.master.log.node;

import java.util.Arrays;

/** How long the newest thousand forces to disk took. Safe for one writer and any readers; recording allocates nothing. */
public final class ForceTimes {
    private static final int WINDOW = 1000;

    private final long[] windowNs = new long[WINDOW];
    private long count;

    synchronized void record(long ns) {
        windowNs[(int) (count % WINDOW)] = ns;
        count++;
    }

    /** In nanoseconds, shortest first; empty before the first. */
    public synchronized long[] sortedNs() {
        long[] sorted = Arrays.copyOf(windowNs, (int) Math.min(count, WINDOW));
        Arrays.sort(sorted);
        return sorted;
    }
}
