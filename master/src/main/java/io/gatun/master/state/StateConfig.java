package io.gatun.master.state;

import io.gatun.mesos.v1.MasterInfo;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the state machine is parameterised with. Times are milliseconds.
 *
 * @param master this master
 * @param startMs when the process started, since the epoch
 * @param electedMs when this term began, since the epoch
 * @param allocationIntervalMs between rounds over all agents
 * @param agents how long they may be silent, and how many may be given up at a time
 * @param offerTimeoutMs until an unanswered offer is rescinded; empty = never
 * @param roles that frameworks may use; empty = any
 * @param weights by role
 * @param maxCompletedFrameworks remembered
 * @param maxCompletedTasks remembered of each framework
 * @param maxUnreachableTasks remembered of each framework
 */
public record StateConfig(
        MasterInfo master,
        long startMs,
        long electedMs,
        long allocationIntervalMs,
        AgentRules agents,
        OptionalLong offerTimeoutMs,
        Set<String> roles,
        Map<String, Double> weights,
        int maxCompletedFrameworks,
        int maxCompletedTasks,
        int maxUnreachableTasks) {
    /** Copies the collections. */
    public StateConfig {
        Objects.requireNonNull(master, "master");
        roles = Set.copyOf(roles);
        weights = Map.copyOf(weights);
        Objects.requireNonNull(agents, "agents");
        if (allocationIntervalMs <= 0) {
            throw new IllegalArgumentException("allocationIntervalMs must be positive: " + allocationIntervalMs);
        }
    }
}
