package io.gatun.master.state;

import io.gatun.master.registry.RegistryView;
import io.gatun.master.registry.TaskRecord;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;

/**
 * Brings the registry's tasks back, so that a new leader can tell of them before any agent has: each as of the newest update
 * that its framework has acknowledged, or as it was launched.
 */
final class TaskRecovery {
    private final World world;

    TaskRecovery(World world) {
        this.world = world;
    }

    /** Agents and frameworks have been recovered before. */
    void recover(RegistryView registry) {
        world.pendingKills.recover(registry);
        for (TaskRecord record : registry.tasks().values()) {
            Task task = record.getTask();
            Framework framework = world.frameworks.get(task.getFrameworkId().getValue());
            String agentId = task.getAgentId().getValue();
            if (framework != null && world.recoveredAgents.containsKey(agentId)) {
                world.away.recovered(framework, task);
            } else if (framework != null && world.unreachableAgents.containsKey(agentId)) {
                world.away.unreachable(framework, lost(framework, task, world.unreachableAgents.get(agentId)));
            } else {
                // Its end was decided, and this record of it was written by a release that forgot to remove it.
                world.pendingKills.taskForgotten(task);
            }
        }
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
