package io.gatun.master.state;

import io.gatun.master.registry.StoredTask;
import io.gatun.mesos.v1.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * Tasks whose agent is not registered: it is not back since the master changed, or it is unreachable. They are kept with
 * their framework; here is the way from the agent to them.
 */
final class AwayTasks {
    private final World world;
    /** Lists: an agent has some dozens, and all agents together half a million that a new leader must not wait for. */
    private final Map<String, List<Agent.TaskKey>> byAgent = new HashMap<>();

    AwayTasks(World world) {
        this.world = world;
    }

    /** The registry knows them; their agents are expected back. In their order. */
    void recovered(Framework framework, List<StoredTask> tasks) {
        // Each of the two takes as long as memory makes them wait: together they take half of it.
        ForkJoinTask<?> indexed = ForkJoinPool.commonPool().submit(() -> {
            for (StoredTask task : tasks) {
                byAgent.computeIfAbsent(task.agentId(), id -> new ArrayList<>())
                        .add(new Agent.TaskKey(framework.id, task.taskId()));
            }
        });
        Map<String, StoredTask> recovered = LinkedHashMap.newLinkedHashMap(tasks.size());
        for (StoredTask task : tasks) {
            recovered.put(task.taskId(), task);
        }
        framework.recoveredTasks = recovered;
        framework.touch();
        indexed.join();
    }

    /** Its agent is unreachable. Beyond {@code --max_unreachable_tasks_per_framework} the oldest are forgotten. */
    void unreachable(Framework framework, Task task) {
        framework.unreachableTasks.put(task.getTaskId().getValue(), task);
        index(framework, task.getTaskId().getValue(), task.getAgentId().getValue());
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
        StoredTask recovered = framework.recoveredTasks.get(taskId);
        return recovered == null
                ? Optional.ofNullable(framework.unreachableTasks.get(taskId))
                : Optional.of(recovered.task());
    }

    /** Removes it: it is live again, or at its end. */
    Optional<Task> take(Framework framework, String taskId) {
        Optional<Task> found = find(framework, taskId);
        if (found.isEmpty()) {
            return found;
        }
        framework.recoveredTasks.remove(taskId);
        framework.unreachableTasks.remove(taskId);
        Task task = found.get();
        List<Agent.TaskKey> there = byAgent.get(task.getAgentId().getValue());
        there.remove(new Agent.TaskKey(framework.id, taskId));
        if (there.isEmpty()) {
            byAgent.remove(task.getAgentId().getValue());
        }
        framework.touch();
        return found;
    }

    /** Those of one agent; a copy. */
    List<Task> of(String agentId) {
        List<Task> tasks = new ArrayList<>();
        for (Agent.TaskKey key : byAgent.getOrDefault(agentId, List.of())) {
            tasks.add(find(world.frameworks.get(key.frameworkId()), key.taskId())
                    .orElseThrow(() -> new IllegalStateException(key + " is indexed, but is not away")));
        }
        return tasks;
    }

    private void index(Framework framework, String taskId, String agentId) {
        byAgent.computeIfAbsent(agentId, id -> new ArrayList<>()).add(new Agent.TaskKey(framework.id, taskId));
        framework.touch();
    }
}
