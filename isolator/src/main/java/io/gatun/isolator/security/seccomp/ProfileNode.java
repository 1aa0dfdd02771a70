package io.gatun.isolator.security.seccomp;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A value in a profile that knows where it stands, so that an error can say so. */
record ProfileNode(String path, JsonNode json) {
    private static final BigInteger MAX_UNSIGNED =
            BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

    /** An error at this place. */
    IllegalArgumentException invalid(String rule) {
        return new IllegalArgumentException(path + "=" + json + ": " + rule);
    }

    /** Refuses anything but an object with some of these keys. */
    void requireKeys(Set<String> known) {
        if (!json.isObject()) {
            throw invalid("must be an object");
        }
        json.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                throw get(key).invalid("is no key of "
                        + (path.isEmpty() ? "a profile" : path) + ", which are "
                        + known.stream().sorted().toList());
            }
        });
    }

    /** Whether there is a value, null apart. */
    boolean has(String key) {
        return json.hasNonNull(key);
    }

    /** The value of a key, missing or not. */
    ProfileNode get(String key) {
        return new ProfileNode(path.isEmpty() ? key : path + "." + key, json.path(key));
    }

    /** The elements of an array; none if it is missing or null. */
    List<ProfileNode> list(String key) {
        if (!has(key)) {
            return List.of();
        }
        ProfileNode array = get(key);
        if (!array.json.isArray()) {
            throw array.invalid("must be an array");
        }
        List<ProfileNode> elements = new ArrayList<>();
        for (int i = 0; i < array.json.size(); i++) {
            elements.add(new ProfileNode(array.path + "[" + i + "]", array.json.get(i)));
        }
        return elements;
    }

    String text() {
        if (!json.isTextual()) {
            throw invalid("must be a string");
        }
        return json.textValue();
    }

    /** An integer from 0 to {@code max}, unsigned. */
    long unsigned(long max) {
        BigInteger limit = max < 0 ? MAX_UNSIGNED : BigInteger.valueOf(max);
        if (!json.isIntegralNumber()
                || json.bigIntegerValue().signum() < 0
                || json.bigIntegerValue().compareTo(limit) > 0) {
            throw invalid("must be an integer from 0 to " + limit);
        }
        return json.bigIntegerValue().longValue();
    }
}
