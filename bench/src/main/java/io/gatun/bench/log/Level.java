package io.gatun.bench.log;

/**
 * One measurement.
 *
 * @param writers each with one write outstanding
 * @param bytes of an entry
 */
record Level(int writers, int bytes) {
    /** For people. */
    String text() {
        return writers + " writers, " + (bytes < 1024 ? bytes + " B" : bytes / 1024 + " KiB");
    }
}
