package io.gatun.containerizer.image;

import io.gatun.containerizer.image.spec.ImageException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The signal by which an image wants its program ended, {@code StopSignal} in the OCI image specification, config.md:
 * {@code SIGQUIT}, {@code QUIT}, {@code 3} or {@code SIGRTMIN+3}. Numbers are those of signal(7) on x86 and Arm.
 */
final class StopSignal {
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    /** As C libraries count: the first two are their own. */
    private static final int RTMIN = 34;

    private static final int RTMAX = 64;
    private static final Pattern REAL_TIME = Pattern.compile("RTMIN(?:\\+(\\d{1,2}))?|RTMAX(?:-(\\d{1,2}))?");

    private StopSignal() {}

    /**
     * The number of a signal.
     *
     * @param text not empty
     * @return 1 to 64
     * @throws ImageException naming field, value and rule
     */
    static int parse(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        int number = NAMES.indexOf(name) + 1;
        Matcher realTime = REAL_TIME.matcher(name);
        if (realTime.matches()) {
            number = name.startsWith("RTMIN") ? RTMIN + offset(realTime.group(1)) : RTMAX - offset(realTime.group(2));
            number = number < RTMIN ? 0 : number;
        } else if (name.matches("\\d{1,2}")) {
            number = Integer.parseInt(name);
        }
        if (number < 1 || number > RTMAX) {
            throw new ImageException("image configuration: StopSignal=" + text
                    + ": must be a signal's name, as in signal(7), or its number, 1 to " + RTMAX);
        }
        return number;
    }

    private static int offset(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
