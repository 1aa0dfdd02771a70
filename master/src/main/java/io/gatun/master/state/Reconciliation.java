package io.gatun.master.state;

import io.gatun.master.registry.StoredAgent;
import io.gatun.master.registry.StoredTask;
import io.gatun.mesos.v1.FrameworkInfo.Capability;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.scheduler.Call;
import java.util.List;
import java.util.Optional;

/** Answers "what became of my tasks?" (Mesos' {@code docs/reconciliation.md}). */
final class Reconciliation {
    private final World world;

    Reconciliation(World world) {
        this.world = world;
    }

    /** Implicit when {@code tasks} is empty: every task of the framework that an agent has. */
    void reconcile(Framework framework, List<Call.Reconcile.Task> tasks) {
        if (tasks.isEmpty()) {
            for (LiveTask task : framework.tasks.values()) {
                world.out.update(framework, known(task.proto));
            }
            StoredTask.decode(framework.recoveredTasks.values());
            for (StoredTask task : framework.recoveredTasks.values()) {
                world.out.update(framework, known(task.task()));
            }
        }
        for (Call.Reconcile.Task task : tasks) {
            Optional<String> agentId =
                    task.hasAgentId() ? Optional.of(task.getAgentId().getValue()) : Optional.empty();
            answer(framework, task.getTaskId(), agentId).ifPresent(status -> world.out.update(framework, status));
        }
    }

    /** Empty when only an agent that is not back since the master changed can know the task: wait for it. */
    Optional<TaskStatus> answer(Framework framework, TaskID taskId, Optional<String> agentId) {
        LiveTask live = framework.tasks.get(taskId.getValue());
        if (live != null) {
            return Optional.of(known(live.proto));
        }
        StoredTask recovered = framework.recoveredTasks.get(taskId.getValue());
        if (recovered != null) {
            return Optional.of(known(recovered.task()));
        }
        Task unreachable = framework.unreachableTasks.get(taskId.getValue());
        if (unreachable != null) {
            return Optional.of(unknown(
                            framework,
                            taskId,
                            agentId,
                            TaskState.TASK_UNREACHABLE,
                            "Reconciliation: Task is unreachable")
                    .setUnreachableTime(unreachableTime(unreachable))
                    .build());
        }
        if (agentId.isEmpty()) {
            return world.recoveredAgents.values().stream().allMatch(Reconciliation::tasksAreRecorded)
                    ? Optional.of(unknown(
                                    framework,
                                    taskId,
                                    agentId,
                                    TaskState.TASK_UNKNOWN,
                                    "Reconciliation: Task is unknown")
                            .build())
                    : Optional.empty();
        }
        return onAgent(framework, taskId, agentId.get());
    }

    private Optional<TaskStatus> onAgent(Framework framework, TaskID taskId, String agentId) {
        StoredAgent recovered = world.recoveredAgents.get(agentId);
        if (recovered != null && !tasksAreRecorded(recovered)) {
            return Optional.empty();
        }
        Optional<String> agent = Optional.of(agentId);
        if (recovered != null || world.agents.containsKey(agentId)) {
            return Optional.of(unknown(
                            framework,
                            taskId,
                            agent,
                            TaskState.TASK_GONE,
                            "Reconciliation: Task is unknown to the agent")
                    .build());
        }
        Long sinceMs = world.unreachableAgents.get(agentId);
        if (sinceMs != null) {
            return Optional.of(unknown(
                            framework,
                            taskId,
                            agent,
                            TaskState.TASK_UNREACHABLE,
                            "Reconciliation: Task's agent is unreachable")
                    .setUnreachableTime(OperatorEvents.time(sinceMs / 1000.0))
                    .build());
        }
        boolean removed = world.removedAgents.containsKey(agentId) || world.goneAgents.containsKey(agentId);
        return Optional.of(unknown(
                        framework,
                        taskId,
                        agent,
                        removed ? TaskState.TASK_GONE_BY_OPERATOR : TaskState.TASK_UNKNOWN,
                        removed ? "Reconciliation: Task's agent has been removed" : "Reconciliation: Task is unknown")
                .build());
    }

    /**
     * No agent is sent a task that is not in the registry, so what is not there is known to be nowhere. Only releases that
     * did not write down an agent's address did not write down its tasks either.
     */
    private static boolean tasksAreRecorded(StoredAgent agent) {
        return agent.hasPid();
    }

    private TaskStatus known(Task task) {
        return Statuses.latest(world, task, Reason.REASON_RECONCILIATION, "Reconciliation: Latest task state");
    }

    private TaskStatus.Builder unknown(
            Framework framework, TaskID taskId, Optional<String> agentId, TaskState state, String message) {
        TaskStatus.Builder status = Statuses.status(
                world, taskId, Statuses.forFramework(framework, state), Reason.REASON_RECONCILIATION, message);
        agentId.ifPresent(id -> status.setAgentId(Statuses.agentId(id)));
        assert framework.has(Capability.Type.PARTITION_AWARE) || status.getState() == TaskState.TASK_LOST;
        return status;
    }

    private static io.gatun.mesos.v1.TimeInfo unreachableTime(Task task) {
        return Statuses.lastStatus(task)
                .map(TaskStatus::getUnreachableTime)
                .orElseThrow(() -> new IllegalStateException("unreachable task without status: " + task));
    }
}
