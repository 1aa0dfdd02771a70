package io.gatun.master.operator;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import java.util.List;

/**
 * Resources as endpoints show them (convertResourceFormat with ENDPOINT, src/common/resources_utils.cpp): in the new form,
 * {@code reservations}, and in the old one as well, {@code role} and {@code reservation}, where that can tell the same. It
 * cannot tell a refined reservation.
 */
public final class EndpointForm {
    private static final String ANY_ROLE = "*";

    private EndpointForm() {}

    /** Each of {@code resources} in both forms. */
    public static List<Resource> of(Resources resources) {
        return resources.toProtos().stream().map(EndpointForm::of).toList();
    }

    /** @param refined in the new form */
    @SuppressWarnings("deprecation") // Resource.role: old tools read it.
    static Resource of(Resource refined) {
        return switch (refined.getReservationsCount()) {
            case 0 -> refined.toBuilder().setRole(ANY_ROLE).build();
            case 1 -> {
                Resource.ReservationInfo reservation = refined.getReservations(0);
                Resource.Builder both = refined.toBuilder().setRole(reservation.getRole());
                if (reservation.getType() == Resource.ReservationInfo.Type.DYNAMIC) {
                    both.setReservation(reservation.toBuilder().clearType().clearRole());
                }
                yield both.build();
            }
            default -> refined;
        };
    }
}
