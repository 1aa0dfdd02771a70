package io.gatun.master.state;

import io.gatun.master.allocator.Allocator;
import io.gatun.master.registry.DrainRecord;
import io.gatun.master.registry.Kind;
import io.gatun.master.registry.StoredAgent;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.MachineInfo;
import io.gatun.mesos.v1.maintenance.Schedule;
import io.gatun.mesos.v1.quota.QuotaConfig;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The data that the parts of the state machine share; only the thread that applies commands touches it. */
final class World {
    /** Ids of removed agents and frameworks that are remembered, so that their remains are shut down: the newest. */
    static final int MAX_REMOVED_IDS = Kind.MAX_IDS;

    final StateConfig config;
    final Ids ids;
    final Allocator allocator;
    final Timers timers = new Timers();
    final Outbox out = new Outbox();
    final Map<Counter, Long> counters = new EnumMap<>(Counter.class);

    final Map<String, Agent> agents = new LinkedHashMap<>();
    final Map<String, StoredAgent> recoveredAgents = new LinkedHashMap<>();
    /** By agent id: since when, in ms since the epoch. */
    final Map<String, Long> unreachableAgents = new BoundedMap<>(MAX_REMOVED_IDS);

    /** Marked so by an operator, by id: since when, in ms since the epoch. */
    final Map<String, Long> goneAgents = new BoundedMap<>(MAX_REMOVED_IDS);

    /** By id, whether or not they are registered: since when, in ms since the epoch. */
    final Map<String, Long> deactivated = new LinkedHashMap<>();

    /** By agent id; also of those that have been drained and were not reactivated since. */
    final Map<String, DrainRecord> draining = new LinkedHashMap<>();

    /** What is reserved dynamically, and volumes, by agent id, whether or not the agent is registered. */
    final Map<String, Resources> reserved = new LinkedHashMap<>();

    final Map<String, Boolean> removedAgents = new BoundedMap<>(MAX_REMOVED_IDS);
    final Map<String, Agent> agentsByStream = new LinkedHashMap<>();

    final Map<String, Framework> frameworks = new LinkedHashMap<>();
    final Map<String, Framework> frameworksByStream = new LinkedHashMap<>();
    final Map<String, Boolean> removedFrameworks = new BoundedMap<>(MAX_REMOVED_IDS);
    final Map<String, Framework> completedFrameworks;
    final AwayTasks away = new AwayTasks(this);
    final PendingKills pendingKills = new PendingKills(this);

    final Map<String, Double> weights = new TreeMap<>();
    /** By role. */
    final Map<String, QuotaConfig> quotas = new TreeMap<>();
    /** Those that are not up, by {@link Kind#machineKey}. */
    final Map<String, MachineInfo> machines = new LinkedHashMap<>();

    /** Addresses of virtual IPs by name, and names by address. */
    final Map<String, String> vips = new TreeMap<>();

    final Map<String, String> vipNames = new TreeMap<>();
    Schedule schedule = Schedule.getDefaultInstance();

    final Map<String, OutstandingOffer> offers = new LinkedHashMap<>();

    long nowMs;

    World(StateConfig config, Ids ids, Allocator allocator) {
        this.config = config;
        this.ids = ids;
        this.allocator = allocator;
        this.completedFrameworks = new BoundedMap<>(config.maxCompletedFrameworks());
    }

    double nowSeconds() {
        return nowMs / 1000.0;
    }

    void count(Counter counter) {
        counters.merge(counter, 1L, Long::sum);
    }

    Optional<Agent> agent(String id) {
        return Optional.ofNullable(agents.get(id));
    }

    AgentView view(Agent agent) {
        return agent.view(draining.get(agent.id));
    }

    Optional<Framework> framework(String id) {
        return Optional.ofNullable(frameworks.get(id));
    }

    /** The agent is no more, and what operators have said about it means nothing any more. */
    void forgetOperatorsWord(String agentId) {
        deactivated.remove(agentId);
        draining.remove(agentId);
        reserved.remove(agentId);
    }

    /** Forgets its eldest entry beyond a size. */
    private static final class BoundedMap<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;
        private final int maxSize;

        BoundedMap(int maxSize) {
            this.maxSize = maxSize;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > maxSize;
        }
    }
}
