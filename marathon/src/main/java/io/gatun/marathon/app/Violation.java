package io.gatun.marathon.app;

/**
 * One thing wrong in a request's JSON.
 *
 * @param path of the field, such as {@code /portDefinitions(0)/port}; {@code /} is the whole object
 * @param message the value and the rule
 * @param kind TYPE is answered 400, RULE 422
 */
public record Violation(String path, String message, Kind kind) {
    /** The JSON has the wrong shape, or a value breaks a rule. */
    public enum Kind {
        TYPE,
        RULE
    }
}
