package io.gatun.containerizer.image.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server asks for with status 401; RFC 9110 section 11.6.1.
 *
 * @param scheme in lower case: {@code basic}, {@code bearer}
 * @param parameters by lower-case name
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern SCHEME = Pattern.compile("\\s*,*\\s*(" + TOKEN + ")(?:\\s+|\\s*(?=,|$))(?!=)");
    private static final Pattern PARAMETER =
            Pattern.compile("\\s*,*\\s*(" + TOKEN + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(" + TOKEN + "))");

    /** The first challenge that we can answer, bearer before basic; empty when there is none. */
    static Optional<Challenge> choose(List<String> headers) {
        Optional<Challenge> basic = Optional.empty();
        for (String header : headers) {
            Matcher parameter = PARAMETER.matcher(header);
            Matcher scheme = SCHEME.matcher(header);
            int at = 0;
            while (at < header.length() && scheme.region(at, header.length()).lookingAt()) {
                at = scheme.end();
                Map<String, String> parameters = new HashMap<>();
                while (parameter.region(at, header.length()).lookingAt()) {
                    String value = parameter.group(2) != null
                            ? parameter.group(2).replaceAll("\\\\(.)", "$1")
                            : parameter.group(3);
                    parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value);
                    at = parameter.end();
                }
                Challenge found = new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters);
                if (found.scheme.equals("bearer") && parameters.containsKey("realm")) {
                    return Optional.of(found);
                }
                basic = basic.isEmpty() && found.scheme.equals("basic") ? Optional.of(found) : basic;
            }
        }
        return basic;
    }
}
