package io.gatun.marathon.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Reads the fields of one JSON object and collects what is wrong instead of stopping at the first. A field that is null
 * counts as absent. After a violation a getter answers its default, so that reading can go on.
 */
final class Fields {
    private final JsonNode object;
    private final String prefix;
    private final List<Violation> violations;

    Fields(JsonNode object, String prefix, List<Violation> violations) {
        this.object = object;
        this.prefix = prefix;
        this.violations = violations;
    }

    void wrongType(String field, String expected, JsonNode value) {
        violations.add(
                new Violation(prefix + "/" + field, "must be " + expected + ", was " + value, Violation.Kind.TYPE));
    }

    void broken(String field, String message) {
        violations.add(new Violation(prefix + "/" + field, message, Violation.Kind.RULE));
    }

    JsonNode get(String field) {
        JsonNode value = object.get(field);
        return value == null || value.isNull() ? MissingNode.getInstance() : value;
    }

    boolean has(String field) {
        return !get(field).isMissingNode();
    }

    Optional<String> text(String field) {
        JsonNode value = get(field);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            wrongType(field, "a string", value);
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    boolean flag(String field, boolean absent) {
        JsonNode value = get(field);
        if (value.isMissingNode() || value.isBoolean()) {
            return value.asBoolean(absent);
        }
        wrongType(field, "true or false", value);
        return absent;
    }

    double number(String field, double absent, double min, double max) {
        JsonNode value = get(field);
        if (value.isMissingNode()) {
            return absent;
        }
        if (!value.isNumber()) {
            wrongType(field, "a number", value);
            return absent;
        }
        return ranged(field, value, value.doubleValue(), min, max);
    }

    long whole(String field, long absent, long min, long max) {
        JsonNode value = get(field);
        if (value.isMissingNode()) {
            return absent;
        }
        // 3.0 is a whole number to JSON; 3.5 is not.
        if (!value.isNumber() || value.doubleValue() != Math.rint(value.doubleValue())) {
            wrongType(field, "a whole number", value);
            return absent;
        }
        return (long) ranged(field, value, value.doubleValue(), (double) min, (double) max);
    }

    private double ranged(String field, JsonNode value, double number, double min, double max) {
        if (number < min) {
            broken(field, "must be greater than or equal to " + plain(min) + ", was " + value);
            return min;
        }
        if (number > max) {
            broken(field, "must be less than or equal to " + plain(max) + ", was " + value);
            return max;
        }
        return number;
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        each(field, (index, value) -> {
            if (value.isTextual()) {
                texts.add(value.textValue());
            } else {
                wrongType(field + "(" + index + ")", "a string", value);
            }
        });
        return texts;
    }

    void each(String field, BiConsumer<Integer, JsonNode> element) {
        JsonNode value = get(field);
        if (!value.isMissingNode() && !value.isArray()) {
            wrongType(field, "an array", value);
            return;
        }
        for (int i = 0; i < value.size(); i++) {
            element.accept(i, value.get(i));
        }
    }

    Map<String, String> textMap(String field) {
        Map<String, String> map = new LinkedHashMap<>();
        JsonNode value = get(field);
        if (!value.isMissingNode() && !value.isObject()) {
            wrongType(field, "an object", value);
            return map;
        }
        value.properties().forEach(entry -> {
            if (entry.getValue().isTextual()) {
                map.put(entry.getKey(), entry.getValue().textValue());
            } else {
                wrongType(field + "/" + entry.getKey(), "a string", entry.getValue());
            }
        });
        return map;
    }

    /** The object in a field, to be read in the same way; empty when it is absent or no object. */
    Optional<Fields> object(String field) {
        JsonNode value = get(field);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            wrongType(field, "an object", value);
            return Optional.empty();
        }
        return Optional.of(new Fields(value, prefix + "/" + field, violations));
    }

    /** An element of an array in a field, which must be an object. */
    Optional<Fields> element(String field, int index, JsonNode value) {
        if (!value.isObject()) {
            wrongType(field + "(" + index + ")", "an object", value);
            return Optional.empty();
        }
        return Optional.of(new Fields(value, prefix + "/" + field + "(" + index + ")", violations));
    }
}
