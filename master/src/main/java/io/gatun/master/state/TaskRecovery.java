package io.gatun.master.state;

import io.gatun.master.registry.RegistryView;
import io.gatun.master.registry.StoredTask;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings the registry's tasks back, so that a new leader can tell of them before any agent has: each as of the newest update
 * that its framework has acknowledged, or as it was launched. Those whose agents are expected back stay the bytes that they
 * are, so that a term with half a million of them begins at once.
 */
final class TaskRecovery {
    private final World world;

    TaskRecovery(World world) {
        this.world = world;
    }

    /** Agents and frameworks have been recovered before. */
    void recover(RegistryView registry) {
        world.pendingKills.recover(registry);
        Map<Framework, List<StoredTask>> recovered = new LinkedHashMap<>();
        // Neighbours are often of one framework, and tasks of one agent have the same string for it.
        String frameworkId = null;
        Framework framework = null;
        List<StoredTask> ofFramework = null;
        IdentityHashMap<String, Boolean> expected = new IdentityHashMap<>(world.recoveredAgents.size());
        for (StoredTask task : registry.storedTasks()) {
            if (!task.frameworkId().equals(frameworkId)) {
                frameworkId = task.frameworkId();
                framework = world.frameworks.get(frameworkId);
                ofFramework = framework == null ? null : recovered.computeIfAbsent(framework, key -> new ArrayList<>());
            }
            if (framework == null) {
                forget(task);
            } else if (expected.computeIfAbsent(task.agentId(), world.recoveredAgents::containsKey)) {
                ofFramework.add(task);
            } else {
                recoverElsewhere(framework, task);
            }
        }
        recovered.forEach(world.away::recovered);
    }

    private void recoverElsewhere(Framework framework, StoredTask task) {
        Long sinceMs = world.unreachableAgents.get(task.agentId());
        if (sinceMs != null) {
            world.away.unreachable(framework, lost(framework, task.task(), sinceMs));
        } else {
            forget(task);
        }
    }

    /** Its end was decided, and this record of it was written by a release that forgot to remove it. */
    private void forget(StoredTask task) {
        world.pendingKills.taskForgotten(task.task());
    }

    /** As it was told to the framework when the agent became unreachable. */
    private Task lost(Framework framework, Task task, long sinceMs) {
        TaskState state = Statuses.forFramework(framework, TaskState.TASK_UNREACHABLE);
        TaskStatus status = Statuses.status(world, task, state, Reason.REASON_AGENT_REMOVED, "Agent is unreachable")
                .setTimestamp(sinceMs / 1000.0)
                .setUnreachableTime(OperatorEvents.time(sinceMs / 1000.0))
                .build();
        return Tasks.with(task, status, state);
    }
}
