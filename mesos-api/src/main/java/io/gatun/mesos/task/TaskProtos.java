package io.gatun.mesos.task;

import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskInfo;

/** Tasks as masters, agents and operators see them. */
public final class TaskProtos {
    private TaskProtos() {}

    /** What a task's description says of it: all but its state, its resources and its user. A command task names no executor. */
    public static Task.Builder of(FrameworkID framework, TaskInfo info) {
        Task.Builder task = Task.newBuilder()
                .setName(info.getName())
                .setTaskId(info.getTaskId())
                .setFrameworkId(framework)
                .setAgentId(info.getAgentId())
                .putAllLimits(info.getLimitsMap());
        if (info.hasLabels()) {
            task.setLabels(info.getLabels());
        }
        if (info.hasDiscovery()) {
            task.setDiscovery(info.getDiscovery());
        }
        if (info.hasContainer()) {
            task.setContainer(info.getContainer());
        }
        if (info.hasHealthCheck()) {
            task.setHealthCheck(info.getHealthCheck());
        }
        if (info.hasKillPolicy()) {
            task.setKillPolicy(info.getKillPolicy());
        }
        return task;
    }
}
