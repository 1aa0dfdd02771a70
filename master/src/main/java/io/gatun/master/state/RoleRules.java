package io.gatun.master.state;

import io.gatun.mesos.resources.Roles;
import java.util.Optional;
import java.util.Set;

/** What operators may name as a role. */
final class RoleRules {
    private RoleRules() {}

    /**
     * Says what is wrong.
     *
     * @param allowed by {@code --roles}; empty for any
     */
    static Optional<String> invalid(String role, Set<String> allowed) {
        try {
            Roles.validate(role);
        } catch (IllegalArgumentException e) {
            return Optional.of("Invalid role: " + e.getMessage());
        }
        return allowed.isEmpty() || allowed.contains(role) || role.equals("*")
                ? Optional.empty()
                : Optional.of("Unknown role '" + role + "': it is not among --roles");
    }
}
