package io.gatun.bench.launch;

/** Runs /bin/true in its way. */
interface Contestant {
    /** What the figures are listed under. */
    String name();

    /**
     * Returns when the program has ended and nothing of it is left.
     *
     * @return how long that took, in nanoseconds
     */
    long runOnce() throws Exception;
}
