package io.gatun.agent;

import io.gatun.containerizer.Limitation;
import io.gatun.containerizer.Termination;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskResourceLimitation;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.Value;
import java.util.Optional;

/** What the end of a container means for its task: state, reason and message as Mesos gives them. */
final class TaskEnd {
    private TaskEnd() {}

    /** The terminal update; pure apart from its time stamp and uuid. */
    static TaskStatus status(AgentTask task, Termination end, Statuses statuses) {
        if (end.limitation().isPresent() && !endedByUs(task)) {
            return limited(task, end, end.limitation().get(), statuses);
        }
        if (task.phase() == AgentTask.Phase.LAUNCHING && endedByUs(task)) {
            return statuses.fromAgent(
                            task,
                            task.endCause() == AgentTask.EndCause.DRAIN_GONE
                                    ? TaskState.TASK_GONE_BY_OPERATOR
                                    : TaskState.TASK_KILLED,
                            task.endCause().draining()
                                    ? Reason.REASON_AGENT_DRAINING
                                    : Reason.REASON_TASK_KILLED_DURING_LAUNCH,
                            "Task was killed while it was being launched")
                    .build();
        }
        TaskStatus.Builder status = statuses.fromTask(task, state(task, end)).setMessage(message(end));
        if (task.endCause() == AgentTask.EndCause.MAX_COMPLETION_TIME) {
            status.setReason(Reason.REASON_MAX_COMPLETION_TIME_REACHED);
        } else if (task.endCause().draining()) {
            status.setReason(Reason.REASON_AGENT_DRAINING);
        }
        return status.build();
    }

    private static boolean endedByUs(AgentTask task) {
        return task.endCause() != AgentTask.EndCause.NONE;
    }

    private static TaskState state(AgentTask task, Termination end) {
        return switch (task.endCause()) {
            case MAX_COMPLETION_TIME -> TaskState.TASK_FAILED;
            case KILL, DRAIN, FRAMEWORK_SHUTDOWN, AGENT_SHUTDOWN -> TaskState.TASK_KILLED;
            case DRAIN_GONE -> TaskState.TASK_GONE_BY_OPERATOR;
            case NONE -> end.exited() && end.exitStatus() == 0 ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED;
        };
    }

    private static TaskStatus limited(AgentTask task, Termination end, Limitation limitation, Statuses statuses) {
        Reason reason = switch (limitation) {
            case MEMORY -> Reason.REASON_CONTAINER_LIMITATION_MEMORY;
            case DISK -> Reason.REASON_CONTAINER_LIMITATION_DISK;
            case PIDS, PORTS -> Reason.REASON_CONTAINER_LIMITATION;
        };
        TaskStatus.Builder status = statuses.fromAgent(task, TaskState.TASK_FAILED, reason, end.message());
        memoryLimit(task, limitation)
                .ifPresent(resource ->
                        status.setLimitation(TaskResourceLimitation.newBuilder().addResources(resource)));
        return status.build();
    }

    private static Optional<Resource> memoryLimit(AgentTask task, Limitation limitation) {
        if (limitation != Limitation.MEMORY) {
            return Optional.empty();
        }
        return Optional.of(Resource.newBuilder()
                .setName("mem")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder()
                        .setValue(TaskLimits.megabytes(task.info()).orElse(0)))
                .build());
    }

    /** As Mesos' WSTRINGIFY puts a wait(2) status: "Command exited with status 3". */
    static String message(Termination end) {
        if (end.exited()) {
            return "Command exited with status " + end.exitStatus();
        }
        if (end.signaled()) {
            return "Command terminated with signal " + Signals.description(end.signal());
        }
        return "Failed to get exit status for Command: " + end.message();
    }
}
