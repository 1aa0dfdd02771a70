package io.gatun.bench.recovery;

/** Takes how long something lasted, each time that it was done. */
interface Times {
    /** Whom it does not matter to. */
    Times UNUSED = (fromNs, toNs) -> {};

    /** Both as of {@link System#nanoTime}. */
    void took(long fromNs, long toNs);
}
