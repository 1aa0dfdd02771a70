package io.gatun.marathon.api;

import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.state.RequestException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The filters of {@code GET /v2/apps}: parts of command and id, and label selectors. */
final class AppSelector {
    // A comma separates selectors unless it stands in the parentheses of a set.
    private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");
    private static final Pattern SET = Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*");
    private static final Pattern EQUALITY = Pattern.compile("\\s*([^\\s=!]+)\\s*(==|!=)\\s*(\\S*)\\s*");
    private static final Pattern EXISTENCE = Pattern.compile("\\s*([^\\s=!(),]+)\\s*");

    private AppSelector() {}

    static Predicate<AppSpec> of(ApiRequest request) {
        Predicate<AppSpec> all = app -> true;
        Optional<String> cmd = request.parameter("cmd").filter(text -> !text.isEmpty());
        Optional<String> id = request.parameter("id").filter(text -> !text.isEmpty());
        Optional<String> label = request.parameter("label").filter(text -> !text.isBlank());
        return all.and(cmd.map(AppSelector::command).orElse(all))
                .and(id.<Predicate<AppSpec>>map(text -> app -> app.id().contains(text))
                        .orElse(all))
                .and(label.map(AppSelector::labels).orElse(all));
    }

    private static Predicate<AppSpec> command(String text) {
        String part = text.toLowerCase(Locale.ROOT);
        return app -> app.program()
                .cmd()
                .filter(cmd -> cmd.toLowerCase(Locale.ROOT).contains(part))
                .isPresent();
    }

    /** All of {@code a}, {@code a==b}, {@code a!=b}, {@code a in (x,y)}, {@code a notin (x,y)}, joined by commas. */
    static Predicate<AppSpec> labels(String selectors) {
        return Arrays.stream(COMMA.split(selectors)).map(AppSelector::label).reduce(app -> true, Predicate::and);
    }

    private static Predicate<AppSpec> label(String selector) {
        Matcher set = SET.matcher(selector);
        if (set.matches()) {
            Set<String> values =
                    Arrays.stream(set.group(3).split(",")).map(String::trim).collect(Collectors.toSet());
            boolean in = set.group(2).equals("in");
            return app -> app.labels().containsKey(set.group(1))
                    && values.contains(app.labels().get(set.group(1))) == in;
        }
        Matcher equality = EQUALITY.matcher(selector);
        if (equality.matches()) {
            boolean equal = equality.group(2).equals("==");
            return app -> app.labels().containsKey(equality.group(1))
                    && app.labels().get(equality.group(1)).equals(equality.group(3)) == equal;
        }
        Matcher existence = EXISTENCE.matcher(selector);
        if (existence.matches()) {
            return app -> app.labels().containsKey(existence.group(1));
        }
        throw new RequestException(
                400,
                "Invalid label selector '" + selector
                        + "': must be one of a, a==b, a!=b, a in (x,y), a notin (x,y), joined by commas");
    }
}
