package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import java.util.List;
import java.util.Map;

/**
 * What {@link DrfAllocator} is parameterised with.
 *
 * @param weights by role; a role that is absent weighs 1
 * @param minAllocatable an offer holds at least one of these; with none, any offer will do
 * @param allocationIntervalMs between rounds over all agents: no refusal holds for less
 * @param seed of the order in which agents are visited
 */
public record DrfConfig(
        Map<String, Double> weights, List<Resources> minAllocatable, long allocationIntervalMs, long seed) {
    /** Copies the collections. */
    public DrfConfig {
        weights = Map.copyOf(weights);
        minAllocatable = List.copyOf(minAllocatable);
        weights.forEach((role, weight) -> {
            if (!(weight > 0)) {
                throw new IllegalArgumentException("weight of role '" + role + "' is " + weight + ", must be positive");
            }
        });
    }
}
