package io.gatun.isolator;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Allows something to be done with device nodes; the format of cgroup-v1/devices.rst, {@code c 1:3 rwm}. Only
 * allowances exist: what no rule allows is refused, so their order does not matter.
 *
 * @param kind of node
 * @param major empty for all
 * @param minor empty for all
 * @param access at least one
 */
public record DeviceRule(Kind kind, OptionalInt major, OptionalInt minor, Set<Access> access) {
    /** Kind of device node. */
    public enum Kind {
        /** Both; not with a number, as in the kernel. */
        ALL('a'),
        /** Block device. */
        BLOCK('b'),
        /** Character device. */
        CHAR('c');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        /** a, b or c. */
        public char letter() {
            return letter;
        }
    }

    /** What is done with it. */
    public enum Access {
        /** Opened for reading. */
        READ,
        /** Opened for writing. */
        WRITE,
        /** Made by mknod(2). */
        MKNOD;

        char letter() {
            return name().toLowerCase(Locale.ROOT).charAt(0);
        }
    }

    private static final Pattern FORMAT = Pattern.compile("([abc]) (\\*|\\d{1,4}):(\\*|\\d{1,7}) ([rwm]{1,3})");
    /** MINORBITS and what is left of a dev_t in 32 bits; linux/kdev_t.h. */
    private static final int MAX_MAJOR = (1 << 12) - 1;

    private static final int MAX_MINOR = (1 << 20) - 1;

    /** Everything with every device: no limit at all. */
    public static final DeviceRule EVERYTHING = parse("a *:* rwm");

    /** TUN and TAP, which virtual private networks open; not among {@link #USUAL}. */
    public static final DeviceRule NET_TUN = parse("c 10:200 rwm");

    /**
     * What every program may expect: nodes may be made but not opened; null, zero, full, random, urandom, tty, console,
     * ptmx and the pseudo-terminals.
     */
    public static final List<DeviceRule> USUAL = List.of(
            parse("c *:* m"),
            parse("b *:* m"),
            parse("c 1:3 rwm"),
            parse("c 1:5 rwm"),
            parse("c 1:7 rwm"),
            parse("c 1:8 rwm"),
            parse("c 1:9 rwm"),
            parse("c 5:0 rwm"),
            parse("c 5:1 rwm"),
            parse("c 5:2 rwm"),
            parse("c 136:* rwm"));

    public DeviceRule {
        access = Set.copyOf(access);
        String shown = format(kind, major, minor, access);
        Limits.require(!access.isEmpty(), "devices", shown, "must allow r, w or m");
        Limits.require(major.orElse(0) >= 0 && major.orElse(0) <= MAX_MAJOR, "devices", shown, "major: 0 to 4095");
        Limits.require(minor.orElse(0) >= 0 && minor.orElse(0) <= MAX_MINOR, "devices", shown, "minor: 0 to 1048575");
        Limits.require(
                kind != Kind.ALL || (major.isEmpty() && minor.isEmpty() && access.size() == Access.values().length),
                "devices",
                shown,
                "a must stand in \"a *:* rwm\" only");
    }

    /**
     * Parses a rule.
     *
     * @throws IllegalArgumentException for another format
     */
    public static DeviceRule parse(String rule) {
        Matcher matcher = FORMAT.matcher(rule);
        Limits.require(matcher.matches(), "devices", rule, "must be like \"c 1:3 rwm\"; * stands for any number");
        Kind kind = switch (matcher.group(1)) {
            case "a" -> Kind.ALL;
            case "b" -> Kind.BLOCK;
            default -> Kind.CHAR;
        };
        Set<Access> access = EnumSet.noneOf(Access.class);
        for (Access each : Access.values()) {
            if (matcher.group(4).indexOf(each.letter()) >= 0) {
                access.add(each);
            }
        }
        return new DeviceRule(kind, number(matcher.group(2)), number(matcher.group(3)), access);
    }

    private static OptionalInt number(String text) {
        return text.equals("*") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
    }

    @Override
    public String toString() {
        return format(kind, major, minor, access);
    }

    private static String format(Kind kind, OptionalInt major, OptionalInt minor, Set<Access> access) {
        String letters = EnumSet.allOf(Access.class).stream()
                .filter(access::contains)
                .map(each -> String.valueOf(each.letter()))
                .collect(Collectors.joining());
        return kind.letter() + " " + shown(major) + ":" + shown(minor) + " " + letters;
    }

    private static String shown(OptionalInt number) {
        return number.isPresent() ? Integer.toString(number.getAsInt()) : "*";
    }
}
