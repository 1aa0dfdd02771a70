package io.gatun.agent;

import com.google.protobuf.ByteString;
import io.gatun.agent.store.RunPath;
import io.gatun.mesos.task.TaskProtos;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/** A task that this agent was given, until its terminal update is acknowledged. Owned by the loop. */
final class AgentTask {
    /** How far its container is. */
    enum Phase {
        /** Not handed to the containerizer, or just being launched there. */
        LAUNCHING,
        /** The containerizer runs it. */
        RUNNING,
        /** No process of it is left, or there never was one. */
        ENDED
    }

    /** Why it is being ended. */
    enum EndCause {
        NONE,
        KILL,
        /** The agent is drained. */
        DRAIN,
        /** The agent is drained and will not come back, and the framework knows what that means. */
        DRAIN_GONE,
        MAX_COMPLETION_TIME,
        /** The framework is gone; nobody wants to know. */
        FRAMEWORK_SHUTDOWN,
        AGENT_SHUTDOWN;

        boolean draining() {
            return this == DRAIN || this == DRAIN_GONE;
        }

        /** Shutdown stands over all, and draining over a framework's own kill: Mesos overwrites its reason, too. */
        boolean overrides(EndCause other) {
            return switch (this) {
                case FRAMEWORK_SHUTDOWN, AGENT_SHUTDOWN -> true;
                case DRAIN, DRAIN_GONE -> other == KILL || other.draining();
                case NONE, KILL, MAX_COMPLETION_TIME -> false;
            };
        }
    }

    private final TaskKey key;
    private final String agentId;
    private final TaskInfo info;
    private final String user;
    private final Optional<RunPath> run;
    /** Newest status of each state, in the order in which the states were reached: what Mesos keeps too. */
    private final Map<TaskState, TaskStatus> statuses = new LinkedHashMap<>();
    /** Set by the loop, read by the launching thread: a launch that has not begun need not begin. */
    private final AtomicBoolean launchUnwanted = new AtomicBoolean();

    private Phase phase = Phase.LAUNCHING;
    private EndCause endCause = EndCause.NONE;
    private boolean silenced;
    private TaskState state = TaskState.TASK_STAGING;
    private ByteString acknowledgeNext = ByteString.EMPTY;
    private TaskState unacknowledgedState = TaskState.TASK_STAGING;
    private double runningSince = Double.NaN;
    private Optional<Boolean> healthy = Optional.empty();
    private OptionalLong pid = OptionalLong.empty();
    private List<String> addresses = List.of();
    private Loop.Timer killTimer = () -> {};
    private double killDeadline = Double.POSITIVE_INFINITY;
    private Loop.Timer completionTimer = () -> {};

    /**
     * @param user that it runs as, for display
     * @param run where it lies; empty for a task that was refused
     */
    AgentTask(TaskKey key, String agentId, TaskInfo info, String user, Optional<RunPath> run) {
        this.key = key;
        this.agentId = agentId;
        this.info = info;
        this.user = user;
        this.run = run;
    }

    TaskKey key() {
        return key;
    }

    String agentId() {
        return agentId;
    }

    TaskInfo info() {
        return info;
    }

    String user() {
        return user;
    }

    Optional<RunPath> run() {
        return run;
    }

    /** The container's name. @throws java.util.NoSuchElementException for a task that was refused */
    String containerId() {
        return run.orElseThrow().containerId();
    }

    Phase phase() {
        return phase;
    }

    void phase(Phase next) {
        phase = next;
        if (next == Phase.ENDED) {
            killTimer.cancel();
            completionTimer.cancel();
        }
    }

    EndCause endCause() {
        return endCause;
    }

    void endCause(EndCause cause) {
        endCause = cause;
    }

    /** Its framework is gone, or the agent's id: its end is told to nobody. */
    void silence() {
        silenced = true;
    }

    boolean silenced() {
        return silenced;
    }

    AtomicBoolean launchUnwanted() {
        return launchUnwanted;
    }

    /** The newest state, which may be ahead of what was acknowledged. */
    TaskState state() {
        return state;
    }

    /** Takes a new status in. */
    void add(TaskStatus status) {
        state = status.getState();
        if (state == TaskState.TASK_RUNNING && Double.isNaN(runningSince)) {
            runningSince = status.getTimestamp();
        }
        if (status.hasHealthy()) {
            healthy = Optional.of(status.getHealthy());
        }
        statuses.remove(state);
        statuses.put(state, status.toBuilder().clearData().build());
    }

    /** When the task was seen running first, seconds since 1970; NaN when never. */
    double runningSince() {
        return runningSince;
    }

    /** What a health check found last; empty when there was none. */
    Optional<Boolean> healthy() {
        return healthy;
    }

    void healthy(boolean found) {
        healthy = Optional.of(found);
    }

    /** The update in flight to the scheduler: what the master shows as the task's state. */
    void unacknowledged(TaskStatus status) {
        acknowledgeNext = status.getUuid();
        unacknowledgedState = status.getState();
    }

    OptionalLong pid() {
        return pid;
    }

    void pid(long value) {
        pid = OptionalLong.of(value);
    }

    /** Of its container; empty when that is in the agent's network, or the task does not run. */
    List<String> addresses() {
        return addresses;
    }

    void addresses(List<String> own) {
        addresses = List.copyOf(own);
    }

    double killDeadline() {
        return killDeadline;
    }

    void killTimer(double deadline, Loop.Timer timer) {
        killTimer.cancel();
        killDeadline = deadline;
        killTimer = timer;
    }

    void completionTimer(Loop.Timer timer) {
        completionTimer.cancel();
        completionTimer = timer;
    }

    /** As master and operators see it; a command task names no executor there, as in Mesos. */
    Task toTask() {
        Task.Builder task = TaskProtos.of(key.framework(), info)
                .setState(state)
                .addAllResources(info.getResourcesList())
                .addAllStatuses(statuses.values())
                .setUser(user);
        if (!acknowledgeNext.isEmpty()) {
            task.setStatusUpdateState(unacknowledgedState).setStatusUpdateUuid(acknowledgeNext);
        }
        return task.build();
    }
}
