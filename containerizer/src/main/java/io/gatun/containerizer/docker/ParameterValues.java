package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts of {@code docker run} options as JSON. Each method throws IllegalArgumentException with the rule that is broken. */
final class ParameterValues {
    private static final Pattern SIZE = Pattern.compile("(\\d+)([kKmMgGtT]?)[iI]?[bB]?");
    private static final Pattern ULIMIT = Pattern.compile("([a-z]+)=(-?\\d+)(?::(-?\\d+))?");

    private ParameterValues() {}

    static long number(String text) {
        if (!text.matches("-?\\d{1,18}")) {
            throw new IllegalArgumentException("must be a whole number");
        }
        return Long.parseLong(text);
    }

    /** Powers of 1024; -1 means no limit where the engine has such a thing. */
    static long bytes(String text) {
        Matcher size = SIZE.matcher(text);
        if (text.equals("-1")) {
            return -1;
        }
        if (!size.matches() || size.group(1).length() > 15) {
            throw new IllegalArgumentException("must be a size as 512m: a number and b, k, m, g or t");
        }
        int power =
                " kmgt".indexOf(size.group(2).isEmpty() ? " " : size.group(2).toLowerCase(Locale.ROOT));
        return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << (10 * power));
    }

    static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false") && !text.isEmpty()) {
            throw new IllegalArgumentException("must be true or false");
        }
        return !text.equals("false");
    }

    static long nanoCpus(String text) {
        if (!text.matches("\\d{1,6}(\\.\\d{1,9})?")) {
            throw new IllegalArgumentException("must be a number of CPUs as 1.5");
        }
        return new BigDecimal(text).movePointRight(9).longValueExact();
    }

    static void list(ObjectNode owner, String field, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("must not be empty");
        }
        owner.withArrayProperty(field).add(text);
    }

    /** {@code key=value}, or a key with an empty value. */
    static void keyValue(ObjectNode map, String text) {
        int equals = text.indexOf('=');
        if (text.isEmpty() || equals == 0) {
            throw new IllegalArgumentException("must be KEY=VALUE");
        }
        map.put(equals < 0 ? text : text.substring(0, equals), equals < 0 ? "" : text.substring(equals + 1));
    }

    static void logOption(ObjectNode logConfig, String text) {
        keyValue(logConfig.withObjectProperty("Config"), text);
    }

    static String logDriver(String text) {
        if (text.equals("none")) {
            throw new IllegalArgumentException("stdout and stderr in the sandbox are copied from the engine's log");
        }
        return text;
    }

    /** {@code /path} or {@code /path:options}. */
    static void tmpfs(ObjectNode map, String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("must be an absolute path, or PATH:OPTIONS");
        }
        int colon = text.indexOf(':');
        map.put(colon < 0 ? text : text.substring(0, colon), colon < 0 ? "" : text.substring(colon + 1));
    }

    /** {@code name=soft[:hard]}. */
    static void ulimit(ObjectNode host, String text) {
        Matcher limit = ULIMIT.matcher(text);
        if (!limit.matches()) {
            throw new IllegalArgumentException("must be NAME=SOFT or NAME=SOFT:HARD as nofile=1024:2048");
        }
        long soft = number(limit.group(2));
        host.withArrayProperty("Ulimits")
                .addObject()
                .put("Name", limit.group(1))
                .put("Soft", soft)
                .put("Hard", limit.group(3) == null ? soft : number(limit.group(3)));
    }

    /** {@code host[:container[:rwm]]}. */
    static void device(ObjectNode host, String text) {
        String[] parts = text.split(":", -1);
        if (parts.length > 3 || !parts[0].startsWith("/") || (parts.length == 3 && !parts[2].matches("[rwm]{1,3}"))) {
            throw new IllegalArgumentException("must be DEVICE[:PATH[:PERMISSIONS]] as /dev/fuse:/dev/fuse:rwm");
        }
        boolean permissionsOnly = parts.length == 2 && parts[1].matches("[rwm]{1,3}");
        host.withArrayProperty("Devices")
                .addObject()
                .put("PathOnHost", parts[0])
                .put("PathInContainer", parts.length == 1 || permissionsOnly ? parts[0] : parts[1])
                .put("CgroupPermissions", permissionsOnly ? parts[1] : parts.length == 3 ? parts[2] : "rwm");
    }

    /** {@code /dev/sda:RATE}, a size or a number. */
    static void deviceRate(ObjectNode host, String field, String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.startsWith("/")) {
            throw new IllegalArgumentException("must be DEVICE:RATE as /dev/sda:10m");
        }
        host.withArrayProperty(field)
                .addObject()
                .put("Path", text.substring(0, colon))
                .put(field.equals("BlkioWeightDevice") ? "Weight" : "Rate", bytes(text.substring(colon + 1)));
    }
}
