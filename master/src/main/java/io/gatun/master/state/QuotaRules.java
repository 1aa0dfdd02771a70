package io.gatun.master.state;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Value;
import io.gatun.mesos.v1.quota.QuotaConfig;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a quota must be like (src/master/quota.cpp of Apache Mesos). Pure. */
final class QuotaRules {
    private static final double MILLIS = 1000.0;
    /** The largest amount: 10^12, or in mebibytes an exbibyte. */
    private static final double MAX = 1e12;

    private QuotaRules() {}

    /** Says what is wrong. */
    static Optional<String> invalid(QuotaConfig config, Set<String> allowedRoles) {
        String role = config.getRole();
        return RoleRules.invalid(role, allowedRoles)
                .map(error -> "Invalid QuotaConfig: " + error)
                .or(() -> role.indexOf('/') >= 0
                        ? Optional.of("Updating quota on nested role '" + role + "' is not supported yet")
                        : Optional.empty())
                .or(() -> amounts("guarantees", config.getGuaranteesMap()))
                .or(() -> amounts("limits", config.getLimitsMap()))
                .or(() -> beyondLimit(config));
    }

    /** Says what is wrong with one resource of the older form of a guarantee. */
    static Optional<String> invalid(Resource resource, Map<String, Value.Scalar> before) {
        if (resource.getReservationsCount() > 0 || oldReservation(resource)) {
            return Optional.of("QuotaInfo must not contain any ReservationInfo");
        }
        if (resource.hasDisk() || resource.hasRevocable()) {
            return Optional.of("QuotaInfo must not contain " + (resource.hasDisk() ? "DiskInfo" : "RevocableInfo"));
        }
        if (resource.getType() != Value.Type.SCALAR) {
            return Optional.of("QuotaInfo must not include non-scalar resources");
        }
        return before.containsKey(resource.getName())
                ? Optional.of("QuotaInfo contains duplicate resource name '" + resource.getName() + "'")
                : Optional.empty();
    }

    @SuppressWarnings("deprecation") // The old form of a reservation is just what is looked for.
    private static boolean oldReservation(Resource resource) {
        return resource.hasReservation()
                || (resource.hasRole() && !resource.getRole().equals("*"));
    }

    private static Optional<String> amounts(String field, Map<String, Value.Scalar> amounts) {
        for (Map.Entry<String, Value.Scalar> entry : amounts.entrySet()) {
            double value = entry.getValue().getValue();
            if (entry.getKey().isEmpty() || !(value >= 0 && value <= MAX)) {
                return Optional.of("Invalid QuotaConfig: Invalid 'QuotaConfig." + field + "': '" + entry.getKey()
                        + "' is " + value + ", a name is needed, and an amount from 0 to 10^12");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> beyondLimit(QuotaConfig config) {
        Map<String, Long> limits = millis(config.getLimitsMap());
        for (Map.Entry<String, Long> entry : millis(config.getGuaranteesMap()).entrySet()) {
            Long limit = limits.get(entry.getKey());
            if (limit != null && entry.getValue() > limit) {
                return Optional.of("Invalid QuotaConfig: 'QuotaConfig.guarantees' " + entry.getKey() + ":"
                        + entry.getValue() / MILLIS + " is not contained within the 'QuotaConfig.limits' "
                        + entry.getKey() + ":" + limit / MILLIS);
            }
        }
        return Optional.empty();
    }

    /** In thousandths. */
    static Map<String, Long> millis(Map<String, Value.Scalar> amounts) {
        Map<String, Long> millis = new TreeMap<>();
        amounts.forEach((name, scalar) -> millis.put(name, Math.round(scalar.getValue() * MILLIS)));
        return millis;
    }

    /** Whether {@code role} is {@code top} or below it. */
    static boolean within(String role, String top) {
        return role.equals(top) || role.startsWith(top + "/");
    }
}
