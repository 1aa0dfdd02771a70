package io.gatun.marathon.app;

import java.util.List;
import java.util.stream.Collectors;

/** A definition that cannot be an app; says all that is wrong at once. */
public final class InvalidAppException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    public InvalidAppException(List<Violation> violations) {
        super(violations.stream().map(v -> v.path() + ": " + v.message()).collect(Collectors.joining("; ")));
        this.violations = List.copyOf(violations);
    }

    /** A single broken rule. */
    public InvalidAppException(String path, String message) {
        this(List.of(new Violation(path, message, Violation.Kind.RULE)));
    }

    /** At least one. */
    public List<Violation> violations() {
        return violations;
    }
}
