package io.gatun.containerizer.cgroup;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long tasks waited for a resource; Documentation/accounting/psi.rst, cpu.pressure, memory.pressure and io.pressure
 * of a cgroup v2.
 *
 * @param some while at least one did
 * @param full while all did, so that nothing was done; empty for kernels that do not tell it of processors
 */
public record Pressure(Stall some, Optional<Stall> full) {
    private static final Pattern LINE =
            Pattern.compile("(some|full) avg10=([\\d.]+) avg60=([\\d.]+) avg300=([\\d.]+) total=(\\d+)");

    /**
     * Shares of time.
     *
     * @param avg10 of the last 10 seconds, in percent
     * @param avg60 of the last 60 seconds, in percent
     * @param avg300 of the last 300 seconds, in percent
     * @param totalUs all time so far, in microseconds
     */
    public record Stall(double avg10, double avg60, double avg300, long totalUs) {}

    /** Parses a file; empty for a text without a line {@code some}. */
    public static Optional<Pressure> parse(String text) {
        Optional<Stall> some = Optional.empty();
        Optional<Stall> full = Optional.empty();
        for (String line : text.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                Optional<Stall> stall = Optional.of(new Stall(
                        Double.parseDouble(matcher.group(2)),
                        Double.parseDouble(matcher.group(3)),
                        Double.parseDouble(matcher.group(4)),
                        Long.parseLong(matcher.group(5))));
                some = matcher.group(1).equals("some") ? stall : some;
                full = matcher.group(1).equals("full") ? stall : full;
            }
        }
        Optional<Stall> all = full;
        return some.map(stall -> new Pressure(stall, all));
    }
}
