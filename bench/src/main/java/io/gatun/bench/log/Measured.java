package io.gatun.bench.log;

/**
 * What came out.
 *
 * @param perSecond writes that were acknowledged
 * @param p50Us latency in microseconds
 * @param p99Us latency in microseconds
 * @param maxUs latency in microseconds
 * @param count of writes
 */
record Measured(Level level, double perSecond, double p50Us, double p99Us, double maxUs, long count) {
    private static final String MARK = "measured";

    /** A line for whoever started the load. */
    String line() {
        return String.join(
                " ",
                MARK,
                Integer.toString(level.writers()),
                Integer.toString(level.bytes()),
                Double.toString(perSecond),
                Double.toString(p50Us),
                Double.toString(p99Us),
                Double.toString(maxUs),
                Long.toString(count));
    }

    /** Whether a line is one. */
    static boolean isOne(String line) {
        return line.startsWith(MARK + " ");
    }

    /** The inverse of {@link #line}. */
    static Measured parse(String line) {
        String[] fields = line.split(" ", -1);
        return new Measured(
                new Level(Integer.parseInt(fields[1]), Integer.parseInt(fields[2])),
                Double.parseDouble(fields[3]),
                Double.parseDouble(fields[4]),
                Double.parseDouble(fields[5]),
                Double.parseDouble(fields[6]),
                Long.parseLong(fields[7]));
    }
}
