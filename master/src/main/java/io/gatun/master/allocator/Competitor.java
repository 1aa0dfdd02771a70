package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.FrameworkInfo.Capability;
import io.gatun.mesos.v1.OfferFilters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A framework as the allocator sees it. */
final class Competitor {
    final String id;
    final Map<String, Share> shares = new HashMap<>();
    final Set<String> suppressed = new HashSet<>();
    Set<String> roles = Set.of();
    boolean active = true;
    private FrameworkInfo info;

    Competitor(FrameworkInfo info) {
        this.id = info.getId().getValue();
        describe(info, Set.of());
    }

    void describe(FrameworkInfo info, Set<String> suppressedRoles) {
        this.info = info;
        roles = FrameworkRoles.of(info);
        suppressed.clear();
        suppressed.addAll(suppressedRoles);
    }

    /** Also for a role that the framework has left but in which it still holds something. */
    Share share(String role) {
        return shares.computeIfAbsent(role, unused -> new Share(id, 1));
    }

    boolean wants(String role) {
        return active && roles.contains(role) && !suppressed.contains(role);
    }

    /** Without what the framework has not said it can deal with. */
    Resources understood(Resources available) {
        boolean revocable = has(Capability.Type.REVOCABLE_RESOURCES);
        boolean shared = has(Capability.Type.SHARED_RESOURCES);
        boolean refined = has(Capability.Type.RESERVATION_REFINEMENT);
        return available.filter(resource -> (revocable || !resource.hasRevocable())
                && (shared || !resource.hasShared())
                && (refined || resource.getReservationsCount() <= 1));
    }

    /** GPU agents are kept for those who can use GPUs: {@code --filter_gpu_resources}. */
    boolean mayUse(Resources agentTotal) {
        return agentTotal.gpus() == 0 || has(Capability.Type.GPU_RESOURCES);
    }

    /** Whether {@code offer} is worth sending in {@code role}. */
    boolean worthwhile(String role, Resources offer, List<Resources> minAllocatable) {
        OfferFilters filters = info.getOfferFiltersMap().get(role);
        if (filters == null || !filters.hasMinAllocatableResources()) {
            return minAllocatable.isEmpty()
                    || minAllocatable.stream()
                            .anyMatch(min -> min.names().stream()
                                    .allMatch(name -> offer.amountMillis(name) >= min.amountMillis(name)));
        }
        var own = filters.getMinAllocatableResources().getQuantitiesList();
        return own.isEmpty()
                || own.stream()
                        .anyMatch(min -> min.getQuantitiesMap().entrySet().stream()
                                .allMatch(entry -> offer.amount(entry.getKey())
                                        >= entry.getValue().getValue()));
    }

    private boolean has(Capability.Type capability) {
        return Capabilities.has(info, capability);
    }
}
