package io.gatun.master.state;

import io.gatun.master.allocator.Capabilities;
import io.gatun.master.allocator.FrameworkRoles;
import io.gatun.mesos.resources.Roles;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.FrameworkInfo.Capability;
import io.gatun.mesos.v1.scheduler.OfferConstraints;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a FrameworkInfo must be like (Mesos' {@code src/master/validation.cpp}, namespace framework). */
final class FrameworkValidation {
    /** Beyond this a duration in nanoseconds overflows 64 bits. */
    private static final double MAX_TIMEOUT_SECONDS = Long.MAX_VALUE / 1e9;

    private FrameworkValidation() {}

    /** Says what is wrong; empty when the framework may subscribe. */
    static Optional<String> invalid(FrameworkInfo info, Collection<String> suppressedRoles, Set<String> allowedRoles) {
        return roles(info)
                .or(() -> id(info))
                .or(() -> failoverTimeout(info))
                .or(() -> allowed(info, allowedRoles))
                .or(() -> suppressed(info, suppressedRoles))
                .or(() -> offerFilters(info));
    }

    /**
     * Says that constraints are refused: to ignore them would send offers that the framework said it cannot use. Empty
     * ones constrain nothing.
     */
    static Optional<String> constrained(OfferConstraints constraints) {
        return constraints.getRoleConstraintsMap().entrySet().stream()
                .filter(role -> role.getValue().getGroupsCount() > 0)
                .findFirst()
                .map(role -> "'offer_constraints' for role '" + role.getKey()
                        + "' cannot be honoured: this master has no offer constraints");
    }

    private static Optional<String> roles(FrameworkInfo info) {
        boolean multiRole = Capabilities.has(info, Capability.Type.MULTI_ROLE);
        if (multiRole && FrameworkRoles.hasDeprecatedRole(info)) {
            return Optional.of(
                    "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable: use 'roles'");
        }
        if (!multiRole && info.getRolesCount() > 0) {
            return Optional.of(
                    "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable: use 'role'");
        }
        if (new HashSet<>(info.getRolesList()).size() != info.getRolesCount()) {
            return Optional.of("'FrameworkInfo.roles' contains duplicate items: " + info.getRolesList());
        }
        return FrameworkRoles.of(info).stream()
                .flatMap(role -> Roles.problem(role).map(rule -> "Role '" + role + "' is invalid: " + rule).stream())
                .findFirst();
    }

    private static Optional<String> id(FrameworkInfo info) {
        return info.hasId() && !info.getId().getValue().isEmpty()
                ? Identifiers.invalid(info.getId().getValue()).map(error -> "'FrameworkInfo.id' is invalid: " + error)
                : Optional.empty();
    }

    private static Optional<String> failoverTimeout(FrameworkInfo info) {
        double seconds = info.getFailoverTimeout();
        return Double.isNaN(seconds) || Math.abs(seconds) > MAX_TIMEOUT_SECONDS
                ? Optional.of("The framework failover_timeout (" + seconds + ") is invalid: at most "
                        + MAX_TIMEOUT_SECONDS + " seconds")
                : Optional.empty();
    }

    private static Optional<String> allowed(FrameworkInfo info, Set<String> allowedRoles) {
        return allowedRoles.isEmpty()
                ? Optional.empty()
                : FrameworkRoles.of(info).stream()
                        .filter(role -> !role.equals(FrameworkRoles.DEFAULT) && !allowedRoles.contains(role))
                        .findFirst()
                        .map(role -> "Role '" + role + "' is not present in the master's --roles");
    }

    private static Optional<String> suppressed(FrameworkInfo info, Collection<String> suppressedRoles) {
        Set<String> roles = FrameworkRoles.of(info);
        return suppressedRoles.stream()
                .filter(role -> !roles.contains(role))
                .findFirst()
                .map(role -> "Suppressed role '" + role + "' is not contained in the framework's roles");
    }

    private static Optional<String> offerFilters(FrameworkInfo info) {
        Set<String> roles = FrameworkRoles.of(info);
        return info.getOfferFiltersMap().keySet().stream()
                .filter(role -> !roles.contains(role))
                .findFirst()
                .map(role -> "Offer filters could not be added for unknown role '" + role + "'");
    }

    /** Says which field of a known framework may not change; empty when none does. */
    static Optional<String> immutable(FrameworkInfo before, FrameworkInfo after) {
        if (!before.getUser().equals(after.getUser())) {
            return Optional.of("Updating 'FrameworkInfo.user' is unsupported: it is '" + before.getUser() + "'");
        }
        if (before.getCheckpoint() != after.getCheckpoint()) {
            return Optional.of("Updating 'FrameworkInfo.checkpoint' is unsupported: it is " + before.getCheckpoint());
        }
        return principal(before, after);
    }

    /** Says that the principal has changed; empty when it has not. */
    static Optional<String> principal(FrameworkInfo before, FrameworkInfo after) {
        return before.hasPrincipal() == after.hasPrincipal()
                        && before.getPrincipal().equals(after.getPrincipal())
                ? Optional.empty()
                : Optional.of("Changing framework's principal is not allowed: it is '" + before.getPrincipal() + "'");
    }
}
