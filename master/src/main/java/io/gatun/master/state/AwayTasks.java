package io.gatun.master.state;

import io.gatun.mesos.v1.Task;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tasks whose agent is not registered: it is not back since the master changed, or it is unreachable. They are kept with
 * their framework; here is the way from the agent to them.
 */
final class AwayTasks {
    private final World world;
    private final Map<String, Set<Agent.TaskKey>> byAgent = new LinkedHashMap<>();

    AwayTasks(World world) {
        this.world = world;
    }

    /** The registry knows it; its agent is expected back. */
    void recovered(Framework framework, Task task) {
        framework.recoveredTasks.put(task.getTaskId().getValue(), task);
        index(framework, task);
    }

    /** Its agent is unreachable. Beyond {@code --max_unreachable_tasks_per_framework} the oldest are forgotten. */
    void unreachable(Framework framework, Task task) {
        framework.unreachableTasks.put(task.getTaskId().getValue(), task);
        index(framework, task);
        Iterator<Task> oldest = framework.unreachableTasks.values().iterator();
        List<Task> forgotten = new ArrayList<>();
        for (int more = framework.unreachableTasks.size() - world.config.maxUnreachableTasks(); more > 0; more--) {
            forgotten.add(oldest.next());
        }
        for (Task one : forgotten) {
            take(framework, one.getTaskId().getValue());
            world.pendingKills.taskForgotten(one);
        }
    }

    /** Without removing it. */
    static Optional<Task> find(Framework framework, String taskId) {
        Task recovered = framework.recoveredTasks.get(taskId);
        return Optional.ofNullable(recovered == null ? framework.unreachableTasks.get(taskId) : recovered);
    }

    /** Removes it: it is live again, or at its end. */
    Optional<Task> take(Framework framework, String taskId) {
        Task task = framework.recoveredTasks.remove(taskId);
        if (task == null) {
            task = framework.unreachableTasks.remove(taskId);
        }
        if (task == null) {
            return Optional.empty();
        }
        Set<Agent.TaskKey> there = byAgent.get(task.getAgentId().getValue());
        there.remove(new Agent.TaskKey(framework.id, taskId));
        if (there.isEmpty()) {
            byAgent.remove(task.getAgentId().getValue());
        }
        framework.touch();
        return Optional.of(task);
    }

    /** Those of one agent; a copy. */
    List<Task> of(String agentId) {
        List<Task> tasks = new ArrayList<>();
        for (Agent.TaskKey key : byAgent.getOrDefault(agentId, Set.of())) {
            tasks.add(find(world.frameworks.get(key.frameworkId()), key.taskId())
                    .orElseThrow(() -> new IllegalStateException(key + " is indexed, but is not away")));
        }
        return tasks;
    }

    private void index(Framework framework, Task task) {
        byAgent.computeIfAbsent(task.getAgentId().getValue(), id -> new LinkedHashSet<>())
                .add(new Agent.TaskKey(framework.id, task.getTaskId().getValue()));
        framework.touch();
    }
}
