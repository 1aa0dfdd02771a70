package io.gatun.master.state;

import com.google.protobuf.Duration;
import io.gatun.master.registry.DrainRecord;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.DrainConfig;
import io.gatun.mesos.v1.DrainInfo;
import io.gatun.mesos.v1.DrainState;
import io.gatun.mesos.v1.DurationInfo;
import io.gatun.mesos.v1.master.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What operators do with agents: deactivate them, drain them, bring them back, declare them gone. It holds for agents that
 * are registered, expected back or unreachable, and is written down before it is answered.
 */
final class AgentLife {
    /** An agent's own, for tasks without a kill policy (Mesos, src/launcher/executor.cpp). */
    private static final long DEFAULT_GRACE_NS = 3_000_000_000L;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final World world;
    private final AgentLosses losses;
    private final Offers offers;
    private static final AgentEvent NOT_DRAINING =
            AgentEvent.newBuilder().setType(AgentEvent.Type.DRAINING).build();

    /** Registered agents that still have tasks to end; looked through after each command. */
    private final Set<String> emptying = new TreeSet<>();

    AgentLife(World world, AgentLosses losses, Offers offers) {
        this.world = world;
        this.losses = losses;
        this.offers = offers;
    }

    Answer markGone(Call.MarkAgentGone call) {
        String id = call.getAgentId().getValue();
        if (world.goneAgents.containsKey(id)) {
            return Answer.OK;
        }
        if (!known(id)) {
            return Answer.notFound("Agent '" + id + "' not found");
        }
        losses.gone(call.getAgentId());
        return Answer.OK;
    }

    Answer drain(Call.DrainAgent call) {
        String id = call.getAgentId().getValue();
        if (!known(id)) {
            return Answer.badRequest("Unknown agent");
        }
        DrainConfig.Builder config = DrainConfig.newBuilder().setMarkGone(call.getMarkGone());
        if (call.hasMaxGracePeriod()) {
            Duration grace = call.getMaxGracePeriod();
            if (grace.getSeconds() < 0
                    || grace.getNanos() < 0
                    || grace.getNanos() >= NANOS_PER_SECOND
                    || grace.getSeconds() >= Long.MAX_VALUE / NANOS_PER_SECOND) {
                return Answer.badRequest("'max_grace_period' is " + grace.getSeconds() + " s and " + grace.getNanos()
                        + " ns, must be at least 0 and less than 292 years");
            }
            config.setMaxGracePeriod(
                    DurationInfo.newBuilder().setNanoseconds(grace.getSeconds() * NANOS_PER_SECOND + grace.getNanos()));
        }
        DrainRecord record = DrainRecord.newBuilder()
                .setInfo(DrainInfo.newBuilder().setState(DrainState.DRAINING).setConfig(config))
                .setSinceEpochMs(world.nowMs)
                .build();
        world.draining.put(id, record);
        world.deactivated.put(id, world.nowMs);
        world.out.persist(Records.agentDraining(call.getAgentId(), record, world.nowMs));
        world.agent(id).ifPresent(agent -> {
            refresh(agent);
            if (agent.checkpoints) {
                world.out.agent(
                        agent,
                        NOT_DRAINING.toBuilder().setDrainedSince(since(record)).build());
            }
            returned(agent);
        });
        return Answer.OK;
    }

    Answer deactivate(Call.DeactivateAgent call) {
        String id = call.getAgentId().getValue();
        if (!known(id)) {
            return Answer.badRequest("Unknown agent");
        }
        if (!world.deactivated.containsKey(id)) {
            world.deactivated.put(id, world.nowMs);
            world.out.persist(Records.agentDeactivated(call.getAgentId(), world.nowMs));
            world.agent(id).ifPresent(this::refresh);
        }
        return Answer.OK;
    }

    Answer reactivate(Call.ReactivateAgent call) {
        String id = call.getAgentId().getValue();
        if (!world.deactivated.containsKey(id)) {
            return Answer.badRequest("Agent is not deactivated");
        }
        DrainRecord drain = world.draining.get(id);
        if (drain != null && drain.getInfo().getState() == DrainState.DRAINING) {
            return Answer.badRequest("Agent is still in the DRAINING state");
        }
        world.draining.remove(id);
        world.deactivated.remove(id);
        world.out.persist(Records.agentReactivated(call.getAgentId()));
        world.agent(id).ifPresent(this::refresh);
        return Answer.OK;
    }

    /** The agent has (re)registered, with the tasks that it has now: those that it was to end, it still is. */
    void returned(Agent agent) {
        DrainRecord drain = world.draining.get(agent.id);
        if (drain == null || drain.getInfo().getState() != DrainState.DRAINING) {
            return;
        }
        emptying.add(agent.id);
        for (LiveTask task : agent.tasks.values()) {
            if (!TaskStates.terminal(task.state())) {
                world.out.agent(agent, kill(task, drain.getInfo().getConfig()));
            }
        }
    }

    /** Agents that have no task left are drained; to be called after each command. */
    void settle() {
        for (String id : List.copyOf(emptying)) {
            Agent agent = world.agents.get(id);
            DrainRecord drain = world.draining.get(id);
            if (agent == null || drain == null) {
                emptying.remove(id);
            } else if (agent.tasks.isEmpty()) {
                emptying.remove(id);
                drained(agent, drain);
            }
        }
    }

    private void drained(Agent agent, DrainRecord drain) {
        if (drain.getInfo().getConfig().getMarkGone()) {
            losses.gone(agent.info.getId());
            return;
        }
        DrainRecord.Builder after = drain.toBuilder();
        after.getInfoBuilder().setState(DrainState.DRAINED);
        world.draining.put(agent.id, after.build());
        world.out.persist(Records.agentDrained(agent.info.getId(), after.build()));
        refresh(agent);
        if (agent.checkpoints) {
            world.out.agent(agent, NOT_DRAINING);
        }
    }

    /** As an agent is told that it is drained. */
    static AgentEvent.DrainedSince since(DrainRecord drain) {
        return AgentEvent.DrainedSince.newBuilder()
                .setConfig(drain.getInfo().getConfig())
                .setSinceEpochMs(drain.getSinceEpochMs())
                .build();
    }

    /** Forgets agents that have been unreachable or gone for too long, or are too many: {@code --registry_gc_interval}. */
    void collect() {
        AgentRules rules = world.config.agents();
        world.timers.set(Timers.Kind.REGISTRY_GC, "", world.nowMs + rules.gcIntervalMs());
        for (String id : tooOldOrMany(world.unreachableAgents)) {
            world.unreachableAgents.remove(id);
            losses.forgetUnreachable(id);
        }
        for (String id : tooOldOrMany(world.goneAgents)) {
            world.goneAgents.remove(id);
            world.out.persist(Records.goneForgotten(id));
        }
    }

    private List<String> tooOldOrMany(Map<String, Long> sinceMs) {
        AgentRules rules = world.config.agents();
        List<String> ids = new ArrayList<>();
        int left = sinceMs.size();
        // The oldest first: entries are added as time goes on, and never changed.
        for (Map.Entry<String, Long> entry : sinceMs.entrySet()) {
            if (left <= rules.maxCount() && world.nowMs - entry.getValue() < rules.maxAgeMs()) {
                break;
            }
            ids.add(entry.getKey());
            left--;
        }
        return ids;
    }

    private void refresh(Agent agent) {
        agent.deactivated = world.deactivated.containsKey(agent.id);
        offers.availabilityChanged(agent);
    }

    private boolean known(String id) {
        return world.agents.containsKey(id)
                || world.recoveredAgents.containsKey(id)
                || world.unreachableAgents.containsKey(id);
    }

    private static AgentEvent kill(LiveTask task, DrainConfig config) {
        AgentEvent.KillTask.Builder kill = AgentEvent.KillTask.newBuilder()
                .setFrameworkId(task.proto.getFrameworkId())
                .setTaskId(task.proto.getTaskId())
                .setDraining(AgentEvent.Draining.newBuilder().setMarkGone(config.getMarkGone()));
        if (config.hasMaxGracePeriod()) {
            long own = task.proto.getKillPolicy().hasGracePeriod()
                    ? task.proto.getKillPolicy().getGracePeriod().getNanoseconds()
                    : DEFAULT_GRACE_NS;
            kill.getKillPolicyBuilder()
                    .getGracePeriodBuilder()
                    .setNanoseconds(Math.min(own, config.getMaxGracePeriod().getNanoseconds()));
        }
        return AgentEvent.newBuilder()
                .setType(AgentEvent.Type.KILL_TASK)
                .setKillTask(kill)
                .build();
    }
}
