package io.gatun.agent;

import io.gatun.mesos.link.AgentEvent.DrainedSince;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An agent's state at one moment; immutable.
 *
 * @param info with the id once it has one
 * @param total its resources after all operations; {@code info} has them before
 * @param pid UPID-style address, {@code slave(1)@ip:port}
 * @param startTime seconds since 1970
 * @param master the leader as it is known; empty when there is none
 * @param registered whether that master has registered this agent
 * @param draining since when, and how, while operators have it drained
 * @param frameworks with tasks here
 * @param completedFrameworks without, newest last
 * @param counters all of them
 */
public record AgentSnapshot(
        AgentInfo info,
        Resources total,
        String pid,
        double startTime,
        Optional<MasterInfo> master,
        boolean registered,
        Optional<DrainedSince> draining,
        List<FrameworkView> frameworks,
        List<FrameworkView> completedFrameworks,
        Map<Counter, Long> counters) {
    /** What this agent can do, as it tells the master. */
    public static final List<AgentInfo.Capability.Type> CAPABILITIES = List.of(
            AgentInfo.Capability.Type.MULTI_ROLE,
            AgentInfo.Capability.Type.HIERARCHICAL_ROLE,
            AgentInfo.Capability.Type.RESERVATION_REFINEMENT,
            AgentInfo.Capability.Type.RESIZE_VOLUME,
            AgentInfo.Capability.Type.TASK_RESOURCE_LIMITS);

    /**
     * A framework's executors here.
     *
     * @param executors with a task whose end is not acknowledged yet
     * @param completedExecutors the others, newest last, as many as {@code --max_completed_executors_per_framework}
     */
    public record FrameworkView(
            FrameworkInfo info, List<ExecutorView> executors, List<ExecutorView> completedExecutors) {}

    /**
     * The executor of a command task: one task, one container.
     *
     * @param containerId empty for a task that was refused
     * @param directory the sandbox; empty for a task that was refused
     * @param queued whether the container is not running yet
     * @param running whether the container has processes
     */
    public record ExecutorView(
            String executorId,
            Optional<String> containerId,
            Optional<Path> directory,
            TaskInfo taskInfo,
            Task task,
            boolean queued,
            boolean running) {
        /** As Mesos names it. */
        public String name() {
            return "Command Executor (Task: " + executorId + ") (Command: "
                    + (taskInfo.getCommand().getShell() ? "sh -c '" : "")
                    + abbreviated(taskInfo.getCommand().getValue())
                    + (taskInfo.getCommand().getShell() ? "')" : ")");
        }

        private static String abbreviated(String command) {
            return command.length() <= 20 ? command : command.substring(0, 17) + "...";
        }
    }
}
