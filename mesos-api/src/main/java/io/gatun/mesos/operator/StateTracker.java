package io.gatun.mesos.operator;

import io.gatun.mesos.detector.Masters;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.master.Event;
import io.gatun.mesos.v1.master.Response;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows one master's events after another's without forgetting the cluster in between. A master that has just taken over
 * knows few agents, and so few tasks; those known before are held until they are reported again, their agent is back without
 * them, or a grace period has passed. Single-threaded; time is a parameter, in milliseconds of any monotonic clock.
 */
final class StateTracker {
    /** An agent's tasks are reported together with it; this only covers the events of one batch that follow each other. */
    private static final long SETTLE_MS = 1_000;

    /** How long the very first state may wait for agents that the master expects back, if the grace period allows. */
    private static final long FIRST_WAIT_MS = 5_000;

    private final long graceMs;

    private ClusterState state = ClusterState.EMPTY;
    private boolean subscribed;
    private long firstWaitUntilMs;
    private final Set<String> awaitedAgents = new HashSet<>();

    /** Deadlines of what the current master has not reported. */
    private final Map<TaskKey, Long> heldTasks = new HashMap<>();

    private final Map<String, Long> heldAgents = new HashMap<>();
    private final Map<String, Long> heldFrameworks = new HashMap<>();

    StateTracker(long graceMs) {
        this.graceMs = graceMs;
    }

    ClusterState state() {
        return state;
    }

    /** Whether {@link #state} is worth serving: a master has told all that it will soon know. */
    boolean ready(long nowMs) {
        return subscribed && (awaitedAgents.isEmpty() || nowMs >= firstWaitUntilMs);
    }

    void masters(Masters masters) {
        state = state.withMasters(masters);
    }

    void apply(Event event, long nowMs) {
        if (event.getType() == Event.Type.SUBSCRIBED) {
            subscribed(event.getSubscribed().getGetState(), nowMs);
            return;
        }
        state = state.apply(event);
        switch (event.getType()) {
            case TASK_ADDED -> {
                Task task = event.getTaskAdded().getTask();
                heldTasks.remove(TaskKey.of(task));
                // Its agent is back, whichever of the two events the master sends first.
                heldAgents.remove(task.getAgentId().getValue());
            }
            case AGENT_ADDED ->
                agentReturned(
                        event.getAgentAdded().getAgent().getAgentInfo().getId().getValue(), nowMs);
            case AGENT_REMOVED -> {
                String id = event.getAgentRemoved().getAgentId().getValue();
                heldAgents.remove(id);
                awaitedAgents.remove(id);
            }
            case FRAMEWORK_ADDED -> reported(event.getFrameworkAdded().getFramework());
            case FRAMEWORK_UPDATED -> reported(event.getFrameworkUpdated().getFramework());
            default -> {}
        }
    }

    /** Lets go of what was held for too long. */
    void expire(long nowMs) {
        for (TaskKey task : takeExpired(heldTasks, nowMs)) {
            state = state.withoutTask(task);
        }
        for (String agent : takeExpired(heldAgents, nowMs)) {
            state = state.withoutAgent(agent);
        }
        for (String framework : takeExpired(heldFrameworks, nowMs)) {
            // A master may report a framework's tasks without the framework, until that subscribes again.
            if (state.tasks().stream()
                    .noneMatch(task -> task.getFrameworkId().getValue().equals(framework))) {
                state = state.withoutFramework(framework);
            }
        }
    }

    private static <K> List<K> takeExpired(Map<K, Long> deadlines, long nowMs) {
        if (deadlines.isEmpty()) {
            return List.of();
        }
        List<K> expired = deadlines.entrySet().stream()
                .filter(entry -> entry.getValue() <= nowMs)
                .map(Map.Entry::getKey)
                .toList();
        expired.forEach(deadlines::remove);
        return expired;
    }

    private void reported(Response.GetFrameworks.Framework framework) {
        heldFrameworks.remove(framework.getFrameworkInfo().getId().getValue());
    }

    private void subscribed(Response.GetState snapshot, long nowMs) {
        ClusterState before = state;
        ClusterState fresh = ClusterState.of(snapshot).withMasters(new Masters(before.masters()));
        if (!subscribed) {
            subscribed = true;
            firstWaitUntilMs = nowMs + Math.min(FIRST_WAIT_MS, graceMs);
        }
        awaitedAgents.clear();
        snapshot.getGetAgents()
                .getRecoveredAgentsList()
                .forEach(agent -> awaitedAgents.add(agent.getId().getValue()));
        heldTasks.clear();
        heldAgents.clear();
        heldFrameworks.clear();
        state = hold(before, fresh, nowMs + graceMs);
    }

    /** {@code fresh}, and what {@code before} knew of agents that have not reported to the new master yet. */
    private ClusterState hold(ClusterState before, ClusterState fresh, long deadlineMs) {
        ClusterState merged = fresh;
        for (Response.GetAgents.Agent agent : before.agents()) {
            String id = agent.getAgentInfo().getId().getValue();
            if (fresh.agent(id).isEmpty()) {
                merged = merged.withAgent(agent);
                heldAgents.put(id, deadlineMs);
            }
        }
        for (Task task : before.tasks()) {
            TaskKey key = TaskKey.of(task);
            if (fresh.task(key).isEmpty()
                    && heldAgents.containsKey(task.getAgentId().getValue())) {
                merged = merged.withTask(task);
                heldTasks.put(key, deadlineMs);
                // Names are made of the framework's name too.
                if (merged.framework(key.frameworkId()).isEmpty()) {
                    merged = before.framework(key.frameworkId())
                            .map(merged::withFramework)
                            .orElse(merged);
                    heldFrameworks.put(key.frameworkId(), deadlineMs);
                }
            }
        }
        return merged;
    }

    private void agentReturned(String agentId, long nowMs) {
        awaitedAgents.remove(agentId);
        heldAgents.remove(agentId);
        heldTasks.replaceAll((key, deadline) -> state.task(key)
                        .filter(task -> task.getAgentId().getValue().equals(agentId))
                        .isPresent()
                ? Math.min(deadline, nowMs + SETTLE_MS)
                : deadline);
    }
}
