package io.gatun.agent;

import com.google.protobuf.ByteString;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.ContainerID;
import io.gatun.mesos.v1.ContainerStatus;
import io.gatun.mesos.v1.ExecutorID;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/** Makes the status updates of this agent's tasks, filled as a Mesos agent fills those of its command executor. */
final class Statuses {
    private static final int UUID_BYTES = 16;

    private final Loop loop;
    private final String ip;

    /** @param ip address of the agent, under which a task in the host's network is reached */
    Statuses(Loop loop, String ip) {
        this.loop = loop;
        this.ip = ip;
    }

    /** An update about the task itself, which Mesos has from its command executor. */
    TaskStatus.Builder fromTask(AgentTask task, TaskState state) {
        TaskStatus.Builder status = status(task, state).setSource(TaskStatus.Source.SOURCE_EXECUTOR);
        if (state == TaskState.TASK_RUNNING) {
            task.healthy().ifPresent(status::setHealthy);
        }
        return status;
    }

    /** An update that the agent itself has to give: the task could not be launched, or hit a limit. */
    TaskStatus.Builder fromAgent(AgentTask task, TaskState state, TaskStatus.Reason reason, String message) {
        return status(task, state)
                .setSource(TaskStatus.Source.SOURCE_AGENT)
                .setReason(reason)
                .setMessage(message);
    }

    /** The answer to a kill of a task that is not here. */
    TaskStatus unknown(TaskKey key, String agentId, boolean partitionAware) {
        return status(key, agentId, partitionAware ? TaskState.TASK_DROPPED : TaskState.TASK_LOST)
                .setSource(TaskStatus.Source.SOURCE_AGENT)
                .setReason(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED)
                .setMessage("This agent has no such task")
                .build();
    }

    private TaskStatus.Builder status(AgentTask task, TaskState state) {
        TaskStatus.Builder status = status(task.key(), task.agentId(), state);
        task.run().ifPresent(run -> status.setContainerStatus(containerStatus(task, run.containerId())));
        return status;
    }

    private TaskStatus.Builder status(TaskKey key, String agentId, TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(key.task())
                .setState(state)
                .setAgentId(AgentID.newBuilder().setValue(agentId))
                .setExecutorId(ExecutorID.newBuilder().setValue(key.taskId()))
                .setTimestamp(loop.now())
                .setUuid(uuid());
    }

    private ContainerStatus containerStatus(AgentTask task, String containerId) {
        NetworkInfo.Builder network = NetworkInfo.newBuilder();
        List<String> own = task.addresses();
        (own.isEmpty() ? List.of(ip) : own)
                .forEach(address -> network.addIpAddresses(NetworkInfo.IPAddress.newBuilder()
                        .setProtocol(address.indexOf(':') < 0 ? NetworkInfo.Protocol.IPv4 : NetworkInfo.Protocol.IPv6)
                        .setIpAddress(address)));
        ContainerStatus.Builder status = ContainerStatus.newBuilder()
                .setContainerId(ContainerID.newBuilder().setValue(containerId))
                .addNetworkInfos(network);
        task.pid().ifPresent(pid -> status.setExecutorPid((int) pid));
        return status.build();
    }

    private static ByteString uuid() {
        UUID uuid = UUID.randomUUID();
        return ByteString.copyFrom(ByteBuffer.allocate(UUID_BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .flip());
    }
}
