package io.gatun.mesos.resources;

import java.util.Optional;

/** Names of roles: {@code *}, or a path such as {@code eng/web}. Source: src/common/roles.cpp of Apache Mesos. */
public final class Roles {
    private Roles() {}

    /** Checks a name. @throws IllegalArgumentException naming the role and the rule that it breaks */
    public static void validate(String role) {
        problem(role).ifPresent(rule -> {
            throw new ResourceException(role, rule);
        });
    }

    /** The rule that {@code role} breaks; empty when it is valid. */
    public static Optional<String> problem(String role) {
        if (role.equals("*")) {
            return Optional.empty();
        }
        if (role.isEmpty()) {
            return Optional.of("a role must not be empty");
        }
        if (role.startsWith("/") || role.endsWith("/")) {
            return Optional.of("a role must neither start nor end with a slash");
        }
        for (String component : role.split("/", -1)) {
            if (component.isEmpty()) {
                return Optional.of("a role must not contain two slashes in a row");
            }
            if (component.equals(".") || component.equals("..") || component.equals("*")) {
                return Optional.of("a role must not have '" + component + "' as a component");
            }
            if (component.startsWith("-")) {
                return Optional.of("a component of a role must not start with a dash");
            }
            if (component.chars().anyMatch(c -> c == '\b' || Character.isWhitespace(c))) {
                return Optional.of("a role must not contain whitespace or backspace");
            }
        }
        return Optional.empty();
    }

    /** Whether {@code role} is {@code ancestor} itself or below it in the tree of roles. */
    public static boolean isWithin(String role, String ancestor) {
        return role.equals(ancestor) || role.startsWith(ancestor + "/");
    }
}
