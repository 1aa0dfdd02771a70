package io.gatun.marathon.app;

/**
 * How the delay before a failed instance's replacement grows.
 *
 * @param firstMs delay after the first failure, in milliseconds
 * @param factor multiplies it at each further failure, at least 1
 * @param maxMs upper bound in milliseconds
 */
public record Backoff(long firstMs, double factor, long maxMs) {
    /** The delay that follows the given one; 0 stands for none yet. */
    public long next(long delayMs) {
        long next = delayMs == 0 ? firstMs : (long) ((double) delayMs * factor);
        return Math.min(next, maxMs);
    }
}
