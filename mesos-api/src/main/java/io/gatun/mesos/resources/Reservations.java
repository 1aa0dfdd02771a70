package io.gatun.mesos.resources;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.ReservationInfo;

/**
 * The two forms in which a {@link Resource} tells who reserved it. The old one ({@code role}, and {@code reservation} when
 * dynamic) can tell of one reservation; the refined one ({@code reservations}) of a stack of them. Inside, only the refined
 * form is used. Source: docs/reservation.md and convertResourceFormat of Apache Mesos.
 */
// The deprecated fields are the very subject here: old frameworks and agents still use them.
@SuppressWarnings("deprecation")
final class Reservations {
    private static final String UNRESERVED = "*";

    private Reservations() {}

    static Resource refined(Resource resource) {
        boolean old = resource.hasRole() || resource.hasReservation();
        if (!old) {
            return resource;
        }
        String name = resource.getName();
        if (resource.getReservationsCount() > 0) {
            throw new ResourceException(
                    name, "a resource must tell its reservation by role and reservation or by reservations, not both");
        }
        Resource.Builder refined = resource.toBuilder().clearRole().clearReservation();
        if (resource.getRole().equals(UNRESERVED)) {
            if (resource.hasReservation()) {
                throw new ResourceException(name, "a dynamically reserved resource must have a role other than *");
            }
            return refined.build();
        }
        ReservationInfo.Builder reservation = resource.hasReservation()
                ? resource.getReservation().toBuilder().setType(ReservationInfo.Type.DYNAMIC)
                : ReservationInfo.newBuilder().setType(ReservationInfo.Type.STATIC);
        return refined.addReservations(reservation.setRole(resource.getRole())).build();
    }

    /**
     * The old form, for frameworks without RESERVATION_REFINEMENT. A stack of several reservations has no such form and stays
     * as it is; those frameworks are not offered refined reservations.
     */
    static Resource old(Resource refined) {
        if (refined.getReservationsCount() > 1) {
            return refined;
        }
        Resource.Builder old = refined.toBuilder().clearReservations();
        if (refined.getReservationsCount() == 0) {
            return old.setRole(UNRESERVED).build();
        }
        ReservationInfo reservation = refined.getReservations(0);
        old.setRole(reservation.getRole());
        if (reservation.getType() == ReservationInfo.Type.DYNAMIC) {
            old.setReservation(reservation.toBuilder().clearType().clearRole());
        }
        return old.build();
    }
}
