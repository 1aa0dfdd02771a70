package io.gatun.bench.log;

/**
 * One measurement.
 *
 * @param writers each with one write outstanding
 * @param bytes of an entry
 */
record Level(int writers, int bytes) {
    /** {@code WRITERS:BYTES}. */
    String argument() {
        return writers + ":" + bytes;
    }

    /** The inverse of {@link #argument}. */
    static Level parse(String argument) {
        int colon = argument.indexOf(':');
        return new Level(
                Integer.parseInt(argument.substring(0, colon)), Integer.parseInt(argument.substring(colon + 1)));
    }

    /** For people. */
    String text() {
        return writers
                + (writers == 1 ? " writer, " : " writers, ")
                + (bytes < 1024 ? bytes + " B" : bytes / 1024 + " KiB");
    }
}
