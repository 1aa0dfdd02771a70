package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Attribute;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.FrameworkInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides who is offered what. Part of the state machine: called by one thread, deterministic, told the time. Times are
 * milliseconds since the epoch. Resources that are offered and resources that tasks hold are the same to it:
 * allocated, to a framework in a role on an agent, until {@link #recover}.
 */
public interface Allocator {
    /** A framework that gets offers for its roles that are not suppressed; allocations on agents may already be known. */
    void addFramework(FrameworkInfo info, Set<String> suppressedRoles);

    /** A changed FrameworkInfo, or other suppressed roles. Filters of roles that it left are dropped. */
    void updateFramework(FrameworkInfo info, Set<String> suppressedRoles);

    /** The framework gets offers again; its filters are gone. */
    void activateFramework(String frameworkId);

    /** The framework gets no offers, and its filters are gone; what it holds stays allocated. */
    void deactivateFramework(String frameworkId);

    /** Everything of the framework has been recovered before. */
    void removeFramework(String frameworkId);

    /** An agent whose resources may be offered. */
    void addAgent(String agentId, Resources total, List<Attribute> attributes);

    /** Other resources or attributes; changed attributes drop the agent's filters. */
    void updateAgent(String agentId, Resources total, List<Attribute> attributes);

    /** The agent's resources may be offered again. */
    void activateAgent(String agentId);

    /** The agent's resources are not offered; what is held there stays allocated. */
    void deactivateAgent(String agentId);

    /** The agent is gone, with all that was allocated there. */
    void removeAgent(String agentId);

    /** A running task was found that holds {@code resources}. */
    void allocated(String frameworkId, String role, String agentId, Resources resources);

    /**
     * Something is free again.
     *
     * @param filters given by a framework that refused an offer of these resources: keeps them from it for a while.
     *     Without, an allocation run is due at once: the resources were used and others may wait for them.
     */
    void recover(
            String frameworkId,
            String role,
            String agentId,
            Resources resources,
            Optional<Filters> filters,
            long nowMs);

    /**
     * An operation has made {@code after} of {@code before}, which the framework holds, and so of the agent's total: the
     * same amounts otherwise reserved, or with volumes on them.
     */
    void convert(String frameworkId, String role, String agentId, Resources before, Resources after);

    /** Ends suppression and drops the filters of these roles; of all roles when empty. */
    void revive(String frameworkId, Set<String> roles);

    /** No offers for these roles until they are revived; for all roles when empty. */
    void suppress(String frameworkId, Set<String> roles);

    /** Other weights, by role; a role that is absent weighs 1. */
    void updateWeights(Map<String, Double> weights);

    /** Other quotas, by top-level role; a role that is absent has none. */
    void updateQuotas(Map<String, Quota> quotas);

    /** The next run looks at every agent: called at the allocation interval. */
    void requestRound();

    /** Whether something has changed since the last run that may lead to offers. */
    boolean pending();

    /** Allocates what is free, at most one allocation for each (agent, role) and pass. */
    List<Allocation> run(long nowMs);
}
