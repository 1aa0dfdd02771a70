package io.gatun.master.state;

import io.gatun.master.registry.StoredAgent;
import java.util.List;

/**
 * Makes the immutable picture that other threads read. Views of agents and frameworks are kept until they change, so a
 * snapshot costs a reference for each of them and the building of those that the batch has touched.
 */
final class Snapshots {
    private final World world;
    private final AgentHealth health;
    private final Removals removals;
    private final AgentRecovery recovery;
    private final InverseOffers inverseOffers;

    Snapshots(World world, AgentHealth health, Removals removals, AgentRecovery recovery, InverseOffers inverseOffers) {
        this.world = world;
        this.health = health;
        this.removals = removals;
        this.recovery = recovery;
        this.inverseOffers = inverseOffers;
    }

    MasterSnapshot take(long version) {
        return new MasterSnapshot(
                version,
                world.config.master(),
                world.config.startMs() / 1000.0,
                world.config.electedMs() / 1000.0,
                world.agents.values().stream().map(world::view).toList(),
                StoredAgent.infos(world.recoveredAgents.values()),
                world.unreachableAgents.size(),
                world.frameworks.values().stream().map(Framework::view).toList(),
                world.completedFrameworks.values().stream().map(Framework::view).toList(),
                new ClusterPolicy(
                        world.weights,
                        world.quotas,
                        world.schedule,
                        List.copyOf(world.machines.values()),
                        inverseOffers.statuses(),
                        world.vips),
                new RemovalGauges(health.silentAgents(), health.heldBack(), removals.size(), recovery.refused()),
                new Counters(world.counters));
    }
}
