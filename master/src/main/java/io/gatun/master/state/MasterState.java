package io.gatun.master.state;

import io.gatun.master.allocator.Allocator;
import io.gatun.master.registry.FrameworkRecord;
import io.gatun.master.registry.RegistryView;
import io.gatun.master.registry.StoredAgent;
import java.util.List;
import java.util.OptionalLong;

/**
 * All that a leading master knows, changed only by {@link #apply}. Deterministic: the same commands at the same times
 * lead to the same effects and the same snapshot. Times are milliseconds since the epoch and never go back. Not
 * thread-safe: one thread owns it.
 */
public final class MasterState {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final World world;
    private final Offers offers;
    private final Frameworks frameworks;
    private final Removals removals;
    private final AgentHealth health;
    private final AgentRecovery recovery;
    private final AgentLosses losses;
    private final AgentLife life;
    private final Weights weights;
    private final Quotas quotas;
    private final Maintenance maintenance;
    private final InverseOffers inverseOffers;
    private final Vips vips;
    private final OperatorCommands operators;
    private final Agents agents;
    private final AgentCalls agentCalls;
    private final SchedulerCalls schedulerCalls;
    private final Snapshots snapshots;

    /** An empty master. */
    public MasterState(StateConfig config, Ids ids, Allocator allocator) {
        world = new World(config, ids, allocator);
        offers = new Offers(world);
        Tasks tasks = new Tasks(world);
        frameworks = new Frameworks(world, offers, tasks);
        removals = new Removals(world);
        health = new AgentHealth(world, offers, removals);
        recovery = new AgentRecovery(world, removals);
        losses = new AgentLosses(world, offers, tasks, health);
        removals.perform(losses::unreachable);
        life = new AgentLife(world, losses, offers);
        weights = new Weights(world, offers);
        quotas = new Quotas(world, offers);
        inverseOffers = new InverseOffers(world);
        maintenance = new Maintenance(world, offers, losses, inverseOffers);
        vips = new Vips(world);
        AgentResources resources = new AgentResources(world);
        agents = new Agents(
                world,
                new AgentTasks(world, tasks, frameworks),
                losses,
                health,
                new Agents.Rules(life, maintenance, resources),
                offers);
        operators = new OperatorCommands(
                world, life, weights, quotas, maintenance, new Reservations(world, offers, resources));
        Updates updates = new Updates(world, tasks, frameworks);
        agentCalls = new AgentCalls(world, losses, health, updates);
        schedulerCalls = new SchedulerCalls(
                world,
                frameworks,
                new Launches(world, offers, tasks, new Operations(world, resources)),
                new Reconciliation(world),
                updates,
                inverseOffers);
        snapshots = new Snapshots(world, health, removals, recovery, inverseOffers);
    }

    /** Takes over what the registry holds; the first call, once. */
    public List<Effect> recover(RegistryView registry, long nowMs) {
        world.nowMs = nowMs;
        world.timers.set(Timers.Kind.ALLOCATE, "", nowMs + world.config.allocationIntervalMs());
        world.unreachableAgents.putAll(registry.unreachableAgents());
        world.goneAgents.putAll(registry.goneAgents());
        world.deactivated.putAll(registry.deactivatedAgents());
        world.draining.putAll(registry.drainingAgents());
        world.reserved.putAll(CheckpointRecords.read(registry));
        world.timers.set(
                Timers.Kind.REGISTRY_GC, "", nowMs + world.config.agents().gcIntervalMs());
        registry.removedAgents().forEach(id -> world.removedAgents.put(id, true));
        registry.removedFrameworks().forEach(id -> world.removedFrameworks.put(id, true));
        for (StoredAgent agent : registry.storedAgents()) {
            world.recoveredAgents.put(agent.id(), agent);
        }
        recovery.begin();
        for (FrameworkRecord framework : registry.frameworks().values()) {
            frameworks.recover(
                    framework.getInfo(),
                    framework.hasDeadlineEpochMs()
                            ? OptionalLong.of(framework.getDeadlineEpochMs())
                            : OptionalLong.empty());
        }
        new TaskRecovery(world).recover(registry);
        weights.recover(registry.weights());
        quotas.recover(registry.quotas());
        maintenance.recover(registry);
        registry.vips().forEach((name, record) -> {
            world.vips.put(name, record.getAddress());
            world.vipNames.put(record.getAddress(), name);
        });
        return world.out.take();
    }

    /** Applies one command; {@code nowMs} is at least that of the call before. */
    public List<Effect> apply(Command command, long nowMs) {
        assert nowMs >= world.nowMs : "time went back from " + world.nowMs + " to " + nowMs;
        world.nowMs = nowMs;
        switch (command) {
            case Command.SchedulerSubscribe subscribe -> frameworks.subscribe(subscribe);
            case Command.SchedulerCall call -> schedulerCalls.apply(call);
            case Command.SchedulerDisconnected gone -> frameworks.disconnected(gone.streamId());
            case Command.AgentSubscribe subscribe -> agents.subscribe(subscribe);
            case Command.AgentMessage message -> agentCalls.apply(message);
            case Command.AgentDisconnected gone -> losses.disconnected(gone.streamId());
            case Command.TeardownFramework teardown -> teardown(teardown);
            case Command.Operator operator -> operators.apply(operator);
            case Command.SettleVips settle -> reply(settle.requestId(), vips.settle(settle.proposals()));
            case Command.RemoveVip remove -> reply(remove.requestId(), vips.remove(remove.name()));
            case Command.Tick tick -> tick();
            case Command.Allocate allocate -> offers.allocate();
        }
        life.settle();
        return world.out.take();
    }

    /** When the next {@link Command.Tick} is due; Long.MAX_VALUE for never. */
    public long nextDeadlineMs() {
        return world.timers.nextMs();
    }

    /** Whether a {@link Command.Allocate} may lead to offers. */
    public boolean allocationPending() {
        return world.allocator.pending();
    }

    /** The state now; {@code version} is up to the caller. */
    public MasterSnapshot snapshot(long version) {
        return snapshots.take(version);
    }

    private void teardown(Command.TeardownFramework command) {
        Framework framework = world.frameworks.get(command.frameworkId().getValue());
        if (framework == null) {
            world.out.reply(
                    command.requestId(),
                    BAD_REQUEST,
                    "No framework found with ID '" + command.frameworkId().getValue() + "'");
            return;
        }
        frameworks.remove(framework);
        world.out.reply(command.requestId(), OK, "");
    }

    private void reply(long requestId, Answer answer) {
        world.out.reply(requestId, answer.status(), answer.text());
    }

    private void tick() {
        long lateMs = world.nowMs - world.timers.nextMs();
        if (lateMs >= world.config.agents().pingIntervalMs()) {
            health.stalled(lateMs);
            recovery.stalled();
        }
        for (Timers.Key timer : world.timers.due(world.nowMs)) {
            switch (timer.kind()) {
                case HEARTBEAT -> frameworks.heartbeat(timer.subject());
                case PING -> health.ping(timer.subject());
                case REREGISTER -> health.expired(timer.subject());
                case REMOVAL -> removals.grant();
                case RECOVERY -> recovery.due();
                case REGISTRY_GC -> life.collect();
                case FAILOVER -> frameworks.failoverTimedOut(timer.subject());
                case OFFER -> offers.timedOut(timer.subject());
                case ALLOCATE -> {
                    world.allocator.requestRound();
                    inverseOffers.refresh();
                    world.timers.set(Timers.Kind.ALLOCATE, "", world.nowMs + world.config.allocationIntervalMs());
                }
            }
        }
    }
}
