package io.gatun.master.state;

import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkInfo.Capability;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import java.util.Optional;

/**
 * Builds the status updates that the master itself sends: source MASTER and no {@code uuid}, because they are not sent
 * again and need no acknowledgement.
 */
final class Statuses {
    private Statuses() {}

    static TaskStatus.Builder status(World world, TaskID taskId, TaskState state, Reason reason, String message) {
        return TaskStatus.newBuilder()
                .setTaskId(taskId)
                .setState(state)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(reason)
                .setMessage(message)
                .setTimestamp(world.nowSeconds());
    }

    static TaskStatus.Builder status(World world, Task task, TaskState state, Reason reason, String message) {
        TaskStatus.Builder status =
                status(world, task.getTaskId(), state, reason, message).setAgentId(task.getAgentId());
        if (task.hasExecutorId()) {
            status.setExecutorId(task.getExecutorId());
        }
        return status;
    }

    /** The newest state that the framework has been told of, with what belongs to it, for reconciliation. */
    static TaskStatus latest(World world, Task task, Reason reason, String message) {
        TaskState state = task.hasStatusUpdateState() ? task.getStatusUpdateState() : task.getState();
        TaskStatus.Builder status = status(world, task, state, reason, message);
        lastStatus(task).ifPresent(last -> {
            if (last.hasHealthy()) {
                status.setHealthy(last.getHealthy());
            }
            if (last.hasCheckStatus()) {
                status.setCheckStatus(last.getCheckStatus());
            }
            if (last.hasContainerStatus()) {
                status.setContainerStatus(last.getContainerStatus());
            }
            if (last.hasUnreachableTime()) {
                status.setUnreachableTime(last.getUnreachableTime());
            }
        });
        return status.build();
    }

    static Optional<TaskStatus> lastStatus(Task task) {
        return task.getStatusesCount() == 0
                ? Optional.empty()
                : Optional.of(task.getStatuses(task.getStatusesCount() - 1));
    }

    /** States that only partition-aware frameworks know are LOST to the others. */
    static TaskState forFramework(Framework framework, TaskState state) {
        return framework.has(Capability.Type.PARTITION_AWARE) ? state : TaskState.TASK_LOST;
    }

    static AgentID agentId(String id) {
        return AgentID.newBuilder().setValue(id).build();
    }
}
