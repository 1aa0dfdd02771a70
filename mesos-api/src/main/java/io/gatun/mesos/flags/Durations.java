package io.gatun.mesos.flags;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/**
 * Mesos' duration texts: a decimal number directly followed by one of {@code ns us ms secs mins hrs days weeks}, such as
 * {@code 10secs} or {@code 1.5hrs}. Resolution is one nanosecond, range that of a signed 64-bit count of nanoseconds.
 */
public final class Durations {
    /** Ordered from the largest unit to the smallest. */
    private enum Unit {
        WEEKS(604_800_000_000_000L),
        DAYS(86_400_000_000_000L),
        HRS(3_600_000_000_000L),
        MINS(60_000_000_000L),
        SECS(1_000_000_000L),
        MS(1_000_000L),
        US(1_000L),
        NS(1L);

        private final long nanos;
        private final String suffix;

        Unit(long nanos) {
            this.nanos = nanos;
            this.suffix = name().toLowerCase(Locale.ROOT);
        }
    }

    /** Longest number text; keeps {@link BigDecimal} away from absurd inputs. */
    private static final int MAX_NUMBER_CHARS = 40;

    private static final String RULE =
            "a duration is a number followed by ns, us, ms, secs, mins, hrs, days or weeks, such as 10secs";

    private Durations() {}

    /**
     * Parses {@code text}. Fractions below a nanosecond are cut off.
     *
     * @throws IllegalArgumentException naming the text and the rule
     */
    public static Duration parse(String text) {
        int end = 0;
        while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        Unit unit = unit(text, text.substring(end));
        if (end > MAX_NUMBER_CHARS) {
            throw invalid(text);
        }
        try {
            BigDecimal nanos = new BigDecimal(text.substring(0, end)).multiply(BigDecimal.valueOf(unit.nanos));
            return Duration.ofNanos(nanos.toBigInteger().longValueExact());
        } catch (NumberFormatException e) {
            throw invalid(text);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'" + text + "': a duration must fit 64 bits of nanoseconds (about 292 years)", e);
        }
    }

    /** The shortest exact text: a whole number of the largest unit that divides {@code duration}; zero is {@code 0ns}. */
    public static String format(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0ns";
        }
        for (Unit unit : Unit.values()) {
            if (nanos % unit.nanos == 0) {
                return nanos / unit.nanos + unit.suffix;
            }
        }
        throw new AssertionError("every count is a multiple of 1 ns");
    }

    /** {@code duration} as fractional seconds, the form of Mesos' messages. */
    public static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static Unit unit(String text, String suffix) {
        for (Unit unit : Unit.values()) {
            if (unit.suffix.equals(suffix)) {
                return unit;
            }
        }
        throw invalid(text);
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("'" + text + "': " + RULE);
    }
}
