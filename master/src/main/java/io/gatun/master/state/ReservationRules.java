package io.gatun.master.state;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.ReservationInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What RESERVE and UNRESERVE may be asked for (src/master/validation.cpp of Apache Mesos, operation::validate). Pure. */
final class ReservationRules {
    private ReservationRules() {}

    /**
     * Says what is wrong.
     *
     * @param source what is reserved already and is to be reserved otherwise; empty for what is not reserved that far
     */
    static Optional<String> invalidReserve(List<Resource> resources, List<Resource> source, Set<String> allowedRoles) {
        return Resources.problem(resources)
                .or(() -> Resources.problem(source))
                .or(() -> VolumeRules.invalidDisk(resources))
                .or(() -> Resources.of(resources).toProtos().stream()
                        .map(resource -> invalidReserve(resource, allowedRoles))
                        .flatMap(Optional::stream)
                        .findFirst())
                .or(() -> resources.isEmpty() ? Optional.of("'resources' is empty") : Optional.empty())
                .or(() -> source.isEmpty() || bare(source).equals(bare(resources))
                        ? Optional.empty()
                        : Optional.of("'source' and 'resources' differ in more than their reservations"));
    }

    private static Optional<String> invalidReserve(Resource resource, Set<String> allowedRoles) {
        if (!lastIsDynamic(resource)) {
            return Optional.of("Resource '" + text(resource) + "' is not dynamically reserved");
        }
        if (resource.hasRevocable()) {
            return Optional.of("Cannot reserve a revocable resource '" + text(resource) + "'");
        }
        if (resource.hasDisk() && resource.getDisk().hasPersistence()) {
            return Optional.of("A persistent volume '" + text(resource) + "' must already be reserved");
        }
        for (ReservationInfo reservation : resource.getReservationsList()) {
            String role = reservation.getRole();
            if (role.equals("*")) {
                return Optional.of("Resource '" + text(resource) + "' cannot be reserved for role '*'");
            }
            Optional<String> invalid = RoleRules.invalid(role, allowedRoles);
            if (invalid.isPresent()) {
                return invalid;
            }
        }
        for (int i = 1; i < resource.getReservationsCount(); i++) {
            String above = resource.getReservations(i - 1).getRole();
            String role = resource.getReservations(i).getRole();
            if (!role.startsWith(above + "/")) {
                return Optional.of("Resource '" + text(resource) + "': role '" + role + "' does not refine '" + above
                        + "', which it is reserved for");
            }
        }
        return Optional.empty();
    }

    /**
     * Says why a framework may not reserve this.
     *
     * @param role that its offers are allocated to
     * @param principal its own; empty when it has none
     */
    static Optional<String> invalidFor(String role, Optional<String> principal, List<Resource> resources) {
        for (Resource resource : Resources.of(resources).toProtos()) {
            ReservationInfo reservation = resource.getReservationsList().getLast();
            if (!reservation.getRole().equals(role)) {
                return Optional.of("A reserve operation was attempted for a resource allocated to role '" + role
                        + "', but it is to be reserved for role '" + reservation.getRole() + "'");
            }
            if (principal.isPresent()
                    && !(reservation.hasPrincipal()
                            && reservation.getPrincipal().equals(principal.get()))) {
                return Optional.of("A reserve operation was attempted by principal '" + principal.get()
                        + "', but there is a reserved resource in the request with "
                        + (reservation.hasPrincipal()
                                ? "principal '" + reservation.getPrincipal() + "' set in `ReservationInfo`"
                                : "no principal set in `ReservationInfo`"));
            }
        }
        return Optional.empty();
    }

    /** Says what is wrong. */
    static Optional<String> invalidUnreserve(List<Resource> resources) {
        return Resources.problem(resources)
                .or(() -> resources.isEmpty() ? Optional.of("'resources' is empty") : Optional.empty())
                .or(() -> Resources.of(resources).toProtos().stream()
                        .filter(resource -> !lastIsDynamic(resource)
                                || (resource.hasDisk() && resource.getDisk().hasPersistence()))
                        .findFirst()
                        .map(resource -> resource.getDisk().hasPersistence()
                                ? "A dynamically reserved persistent volume '" + text(resource)
                                        + "' cannot be unreserved directly"
                                : "Resource '" + text(resource) + "' is not dynamically reserved"));
    }

    /** Each without its innermost reservation. */
    static List<Resource> popped(Resources resources) {
        return resources.toProtos().stream()
                .map(resource -> resource.toBuilder()
                        .removeReservations(resource.getReservationsCount() - 1)
                        .build())
                .toList();
    }

    private static Resources bare(List<Resource> resources) {
        return Resources.of(Resources.of(resources).toProtos().stream()
                .map(resource -> resource.toBuilder().clearReservations().build())
                .toList());
    }

    private static boolean lastIsDynamic(Resource resource) {
        int count = resource.getReservationsCount();
        return count > 0 && resource.getReservations(count - 1).getType() == ReservationInfo.Type.DYNAMIC;
    }

    private static String text(Resource resource) {
        return Resources.of(List.of(resource)).toString();
    }
}
