package io.gatun.master.state;

import java.util.Optional;

/**
 * How long agents may be silent, and how many may be given up at a time. Times are milliseconds.
 *
 * @param pingIntervalMs between pings, and to wait for each pong
 * @param maxMissedPongs in a row until an agent is unreachable
 * @param reregisterTimeoutMs for a disconnected or recovered agent to come back
 * @param removalRate how fast agents are given up; empty for no limit
 * @param removalLimit fraction 0..1: while more of the registered agents miss pings, none is given up for it
 * @param recoveryRemovalLimit fraction 0..1: while more of the recovered agents have not come back, none is given up
 * @param gcIntervalMs between clearings of the lists of unreachable and gone agents
 * @param maxAgeMs of an entry in these lists
 * @param maxCount of entries in each of these lists
 */
public record AgentRules(
        long pingIntervalMs,
        int maxMissedPongs,
        long reregisterTimeoutMs,
        Optional<Rate> removalRate,
        double removalLimit,
        double recoveryRemovalLimit,
        long gcIntervalMs,
        long maxAgeMs,
        int maxCount) {
    /** So few agents may always be given up, whatever the limits say: a small cluster loses half of itself easily. */
    public static final int ALWAYS_REMOVABLE = 2;

    /** So many per so many milliseconds, evenly spaced. */
    public record Rate(int permits, long perMs) {
        /** Both must be positive. */
        public Rate {
            if (permits <= 0 || perMs <= 0) {
                throw new IllegalArgumentException(
                        "a rate's permits and duration must be positive: " + permits + " per " + perMs + " ms");
            }
        }

        long spacingMs() {
            return Math.max(1, perMs / permits);
        }
    }

    /** Rejects what makes no sense. */
    public AgentRules {
        if (pingIntervalMs <= 0 || maxMissedPongs <= 0 || reregisterTimeoutMs <= 0 || gcIntervalMs <= 0) {
            throw new IllegalArgumentException("intervals and maxMissedPongs must be positive: " + pingIntervalMs + ", "
                    + maxMissedPongs + ", " + reregisterTimeoutMs + ", " + gcIntervalMs);
        }
        if (!(removalLimit >= 0 && removalLimit <= 1) || !(recoveryRemovalLimit >= 0 && recoveryRemovalLimit <= 1)) {
            throw new IllegalArgumentException(
                    "limits must be fractions from 0 to 1: " + removalLimit + ", " + recoveryRemovalLimit);
        }
        if (maxAgeMs <= 0 || maxCount <= 0) {
            throw new IllegalArgumentException("maxAgeMs and maxCount must be positive: " + maxAgeMs + ", " + maxCount);
        }
    }

    /** How long an agent may be silent; also how long it waits for a ping before it looks for the master again. */
    public long silenceMs() {
        return pingIntervalMs * maxMissedPongs;
    }

    /** Whether {@code missing} of {@code total} are too many to be believed. */
    static boolean exceeds(int missing, int total, double limit) {
        return missing > ALWAYS_REMOVABLE && missing > limit * total;
    }
}
