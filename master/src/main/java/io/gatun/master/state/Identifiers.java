package io.gatun.master.state;

import java.util.Optional;

/** Ids that clients choose become names of directories: Mesos' {@code src/common/validation.cpp}. */
final class Identifiers {
    static final int MAX_LENGTH = 255;

    private Identifiers() {}

    /** Says what is wrong with {@code id}; empty when it is valid. */
    static Optional<String> invalid(String id) {
        if (id.isEmpty()) {
            return Optional.of("ID must not be empty");
        }
        if (id.length() > MAX_LENGTH) {
            return Optional.of("ID must not be greater than " + MAX_LENGTH + " characters");
        }
        if (id.equals(".") || id.equals("..")) {
            return Optional.of("'" + id + "' is disallowed");
        }
        if (id.chars().anyMatch(c -> Character.isISOControl(c) || c == '/' || c == '\\')) {
            return Optional.of("'" + id + "' contains invalid characters");
        }
        return Optional.empty();
    }
}
