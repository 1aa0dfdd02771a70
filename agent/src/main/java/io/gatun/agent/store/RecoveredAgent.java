package io.gatun.agent.store;

import com.google.protobuf.ByteString;
import io.gatun.mesos.link.AgentEvent.KillTask;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the last agent left in its checkpoints.
 *
 * @param info as it was registered, with its id
 * @param frameworks that have tasks here
 * @param tasks all whose terminal update may not have been acknowledged
 */
public record RecoveredAgent(AgentInfo info, List<FrameworkInfo> frameworks, List<RecoveredTask> tasks) {
    /**
     * One task.
     *
     * @param run where it lies
     * @param info what was to be run
     * @param log to append further updates to
     * @param updates all status updates so far, oldest first
     * @param acknowledged uuids of those that were acknowledged
     * @param kill the last kill it was given, if any
     */
    public record RecoveredTask(
            RunPath run,
            TaskInfo info,
            UpdateLog log,
            List<TaskStatus> updates,
            Set<ByteString> acknowledged,
            Optional<KillTask> kill) {}
}
