package io.gatun.bench.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;

/**
 * What came out, in one turn or in several.
 *
 * @param seconds that were measured
 * @param latencies of writes that were acknowledged, in nanoseconds
 */
record Measured(Level level, double seconds, Histogram latencies) {
    private static final String MARK = "measured";
    private static final int FIELDS = 5;
    private static final double NS_PER_US = 1_000;
    private static final double P50 = 50;
    private static final double P99 = 99;

    /** Writes that were acknowledged. */
    double perSecond() {
        return count() / seconds;
    }

    /** In microseconds. */
    double p50Us() {
        return latencies.getValueAtPercentile(P50) / NS_PER_US;
    }

    /** In microseconds. */
    double p99Us() {
        return latencies.getValueAtPercentile(P99) / NS_PER_US;
    }

    /** Of writes. */
    long count() {
        return latencies.getTotalCount();
    }

    /** Both turns of the same level. */
    Measured plus(Measured other) {
        Histogram sum = latencies.copy();
        sum.add(other.latencies);
        return new Measured(level, seconds + other.seconds, sum);
    }

    /** A line for whoever started the load. */
    String line() {
        ByteBuffer encoded = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
        int length = latencies.encodeIntoCompressedByteBuffer(encoded, Deflater.BEST_SPEED);
        String histogram = Base64.getEncoder().encodeToString(Arrays.copyOf(encoded.array(), length));
        return String.join(
                " ",
                MARK,
                Integer.toString(level.writers()),
                Integer.toString(level.bytes()),
                Double.toString(seconds),
                histogram);
    }

    /** Whether a line is one. */
    static boolean isOne(String line) {
        return line.startsWith(MARK + " ");
    }

    /** The inverse of {@link #line}. */
    static Measured parse(String line) {
        String[] fields = line.split(" ", FIELDS);
        try {
            return new Measured(
                    new Level(Integer.parseInt(fields[1]), Integer.parseInt(fields[2])),
                    Double.parseDouble(fields[3]),
                    Histogram.decodeFromCompressedByteBuffer(
                            ByteBuffer.wrap(Base64.getDecoder().decode(fields[4])), 0));
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("line: not a histogram: " + e.getMessage(), e);
        }
    }
}
