package io.gatun.master.state;

import io.gatun.master.registry.StoredAgent;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import java.util.Optional;

/**
 * Agents go: disconnected, unreachable, removed. Mesos loses the tasks of non-checkpointing frameworks as soon as an
 * agent disconnects, since they die with it; ours outlive their agent, so they are lost when the agent is unreachable.
 */
final class AgentLosses {
    private static final String GONE = "Agent has been marked gone";

    private final World world;
    private final Offers offers;
    private final Tasks tasks;
    private final AgentHealth health;

    AgentLosses(World world, Offers offers, Tasks tasks, AgentHealth health) {
        this.world = world;
        this.offers = offers;
        this.tasks = tasks;
        this.health = health;
    }

    /** The agent's stream has ended. */
    void disconnected(String stream) {
        Agent agent = world.agentsByStream.remove(stream);
        if (agent == null) {
            return; // Replaced or removed before.
        }
        agent.streamId = Optional.empty();
        agent.touch();
        offers.availabilityChanged(agent);
        world.out.news(agent.title() + " disconnected");
        world.timers.set(
                Timers.Kind.REREGISTER,
                agent.id,
                world.nowMs + world.config.agents().reregisterTimeoutMs());
    }

    /** What {@link Removals} does: the agent is silent, or not back; its id may come back. */
    void unreachable(String agentId, Removals.Cause cause) {
        StoredAgent recovered = world.recoveredAgents.remove(agentId);
        if (recovered != null) {
            unreachable(recovered.record().getInfo());
            return;
        }
        Agent agent = world.agents.get(agentId);
        assert agent != null : agentId + " is neither registered nor recovered: " + cause;
        unreachable(agent, agent.connected() ? "health check timed out" : "it did not re-register in time");
    }

    private void unreachable(AgentInfo recovered) {
        world.count(Counter.RECOVERY_AGENT_REMOVALS);
        markUnreachable(recovered.getId());
        String message = "Agent " + recovered.getHostname() + " is unreachable: it did not re-register in time after"
                + " the master changed";
        world.out.log(message + " (agent " + recovered.getId().getValue() + ")");
        for (Task task : world.away.of(recovered.getId().getValue())) {
            tasks.unreachable(world.frameworks.get(task.getFrameworkId().getValue()), task, message);
        }
        failure(recovered.getId());
    }

    private void markUnreachable(AgentID id) {
        world.out.persist(Records.agentUnreachable(id, world.nowMs));
        world.unreachableAgents.put(id.getValue(), world.nowMs);
        world.count(Counter.AGENT_UNREACHABLE_COMPLETED);
        world.count(Counter.AGENT_REMOVALS);
        world.count(Counter.AGENT_REMOVALS_UNHEALTHY);
    }

    private void unreachable(Agent agent, String why) {
        markUnreachable(agent.info.getId());
        offers.rescindAll(agent);
        String message = "Agent " + agent.info.getHostname() + " is unreachable: " + why;
        world.out.log(agent.title() + " is unreachable, and so are its " + agent.tasks.size() + " tasks: " + why);
        for (LiveTask task : List.copyOf(agent.tasks.values())) {
            tasks.unreachable(world.frameworks.get(task.frameworkId()), task, message);
        }
        leave(agent, Optional.empty());
    }

    /** The agent may never come back under its id. */
    void remove(Agent agent, Counter reason, String why) {
        world.out.persist(Records.agentRemoved(agent.info.getId()));
        world.removedAgents.put(agent.id, true);
        world.forgetOperatorsWord(agent.id);
        world.count(Counter.AGENT_REMOVALS);
        world.count(reason);
        String message = "Agent " + agent.info.getHostname() + " removed: " + why;
        world.out.log(agent.title() + " is removed, and its " + agent.tasks.size() + " tasks are lost: " + why);
        endTasks(agent, TaskState.TASK_GONE, message);
        leave(agent, Optional.of(shutdown(message)));
    }

    /** An operator says so: registered, expected back or unreachable, the agent may never come back under its id. */
    void gone(AgentID id) {
        world.out.persist(Records.agentGone(id, world.nowMs));
        world.out.news("Agent " + id.getValue() + " is marked gone by an operator");
        world.goneAgents.put(id.getValue(), world.nowMs);
        world.forgetOperatorsWord(id.getValue());
        world.count(Counter.AGENT_REMOVALS);
        Agent agent = world.agents.get(id.getValue());
        if (agent != null) {
            endTasks(agent, TaskState.TASK_GONE_BY_OPERATOR, GONE);
            leave(agent, Optional.of(shutdown(GONE)));
            return;
        }
        boolean expected = world.recoveredAgents.remove(id.getValue()) != null;
        world.unreachableAgents.remove(id.getValue());
        health.forget(id.getValue());
        for (Task task : world.away.of(id.getValue())) {
            Framework framework = world.frameworks.get(task.getFrameworkId().getValue());
            TaskState state = Statuses.forFramework(framework, TaskState.TASK_GONE_BY_OPERATOR);
            tasks.end(framework, task, state, reason(state), GONE);
        }
        if (expected) {
            failure(id);
        }
    }

    /** The agent has been unreachable for so long that nobody waits for it. */
    void forgetUnreachable(String agentId) {
        world.out.persist(Records.unreachableForgotten(agentId));
        world.forgetOperatorsWord(agentId);
        for (Task task : world.away.of(agentId)) {
            tasks.forget(world.frameworks.get(task.getFrameworkId().getValue()), task);
        }
    }

    private void endTasks(Agent agent, TaskState aware, String message) {
        offers.rescindAll(agent);
        for (LiveTask task : List.copyOf(agent.tasks.values())) {
            Framework framework = world.frameworks.get(task.frameworkId());
            if (TaskStates.terminal(task.state())) {
                tasks.complete(task);
            } else {
                TaskState state = Statuses.forFramework(framework, aware);
                if (state == TaskState.TASK_LOST) {
                    world.count(Counter.TASK_LOST_AGENT_REMOVED);
                }
                tasks.end(framework, task, state, reason(state), message);
            }
        }
    }

    private static Reason reason(TaskState state) {
        return state == TaskState.TASK_GONE_BY_OPERATOR
                ? Reason.REASON_AGENT_REMOVED_BY_OPERATOR
                : Reason.REASON_AGENT_REMOVED;
    }

    private void leave(Agent agent, Optional<AgentEvent> farewell) {
        agent.streamId.ifPresent(stream -> {
            farewell.ifPresent(event -> world.out.agentStream(stream, event));
            world.agentsByStream.remove(stream);
            world.out.closeAgent(stream);
        });
        health.forget(agent.id);
        world.agents.remove(agent.id);
        world.allocator.removeAgent(agent.id);
        world.out.operator(OperatorEvents.agentRemoved(agent.info.getId()));
        failure(agent.info.getId());
    }

    private void failure(AgentID id) {
        Event event = Event.newBuilder()
                .setType(Event.Type.FAILURE)
                .setFailure(Event.Failure.newBuilder().setAgentId(id))
                .build();
        world.frameworks.values().forEach(framework -> world.out.scheduler(framework, event));
    }

    AgentEvent shutdown(String message) {
        return AgentEvent.newBuilder()
                .setType(AgentEvent.Type.SHUTDOWN)
                .setShutdown(AgentEvent.Shutdown.newBuilder().setMessage(message))
                .build();
    }
}
