package io.gatun.master.state;

import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.MasterInfo;
import java.util.List;
import java.util.Map;

/**
 * The master's state after a batch of commands: immutable, so that any thread may render it at leisure.
 *
 * @param version grows with every published snapshot of one master
 * @param master this master
 * @param startTime seconds since the epoch
 * @param electedTime seconds since the epoch
 * @param agents registered agents, connected or not
 * @param recoveredAgents in the registry but not back since this master was elected; must be immutable, and may decode
 *     them one by one
 * @param unreachableAgents how many agents are marked unreachable and have not come back
 * @param frameworks subscribed, disconnected within their failover timeout, or recovered
 * @param completedFrameworks the newest of those gone; bounded
 * @param policy what operators have laid down
 * @param removals how the removal of agents stands
 * @param counters what has happened since this master was elected
 */
public record MasterSnapshot(
        long version,
        MasterInfo master,
        double startTime,
        double electedTime,
        List<AgentView> agents,
        List<AgentInfo> recoveredAgents,
        int unreachableAgents,
        List<FrameworkView> frameworks,
        List<FrameworkView> completedFrameworks,
        ClusterPolicy policy,
        RemovalGauges removals,
        Counters counters) {
    /** Copies the collections, except for the recovered agents, which may be many and are soon fewer. */
    public MasterSnapshot {
        agents = List.copyOf(agents);
        frameworks = List.copyOf(frameworks);
        completedFrameworks = List.copyOf(completedFrameworks);
    }

    /** By role; a role that is absent weighs 1. */
    public Map<String, Double> weights() {
        return policy.weights();
    }
}
