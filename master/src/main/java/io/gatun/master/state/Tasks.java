package io.gatun.master.state;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import java.util.Optional;

/** Keeps every task in exactly one place: live, unreachable or completed; and the sums of what live ones hold. */
final class Tasks {
    private final World world;

    Tasks(World world) {
        this.world = world;
    }

    /** A new task, whose resources the allocator already counts. */
    void add(Framework framework, Agent agent, LiveTask task) {
        world.out.persist(Records.task(task.proto));
        place(framework, agent, task);
        world.out.operator(OperatorEvents.taskAdded(task.proto));
    }

    /** Takes a task, whose resources the allocator already counts, among the live ones; nobody is told. */
    void place(Framework framework, Agent agent, LiveTask task) {
        framework.tasks.put(task.id(), task);
        agent.tasks.put(key(task), task);
        if (TaskStates.terminal(task.state())) {
            task.holds = false;
        } else {
            agent.used = agent.used.plus(task.resources);
            framework.usedByAgent.merge(agent.id, task.resources, Resources::plus);
        }
        framework.touch();
        agent.touch();
    }

    /**
     * Takes over a newer status.
     *
     * @param latestState of the task, which may be ahead of {@code status}
     */
    void update(LiveTask task, TaskStatus status, TaskState latestState) {
        Task before = task.proto;
        Task.Builder after = before.toBuilder().setStatusUpdateState(status.getState());
        if (status.hasUuid()) {
            after.setStatusUpdateUuid(status.getUuid());
        } else {
            after.clearStatusUpdateUuid();
        }
        // A task that has ended stays as it ended, whatever arrives late.
        if (!TaskStates.terminal(before.getState())) {
            after.setState(latestState);
        }
        appendStatus(after, status);
        task.proto = after.build();
        if (TaskStates.terminal(latestState)) {
            release(task);
            if (!TaskStates.terminal(before.getState())) {
                world.count(Counter.ofEnd(latestState));
            }
        }
        touch(task);
        if (visible(before, task.proto, status)) {
            world.out.operator(OperatorEvents.taskUpdated(task.proto, status));
        }
    }

    /** Frees what the task holds: from here on it may be offered to others. */
    void release(LiveTask task) {
        if (!task.holds) {
            return;
        }
        task.holds = false;
        world.agent(task.agentId()).ifPresent(agent -> agent.used = agent.used.minus(task.resources));
        world.framework(task.frameworkId())
                .ifPresent(framework -> framework.usedByAgent.computeIfPresent(task.agentId(), (agent, used) -> {
                    Resources rest = used.minus(task.resources);
                    return rest.isEmpty() ? null : rest;
                }));
        world.allocator.recover(
                task.frameworkId(), task.role, task.agentId(), task.resources, Optional.empty(), world.nowMs);
        touch(task);
    }

    /** The framework has acknowledged the task's end. */
    void complete(LiveTask task) {
        release(task);
        remove(task);
        world.pendingKills.taskForgotten(task.proto);
        world.framework(task.frameworkId()).ifPresent(framework -> addCompleted(framework, task.proto));
    }

    /** Ends a task on the master's own authority, and tells the framework. */
    void end(Framework framework, LiveTask task, TaskState state, Reason reason, String message) {
        TaskStatus status =
                Statuses.status(world, task.proto, state, reason, message).build();
        world.out.update(framework, status);
        update(task, status, state);
        complete(task);
    }

    /** The task's agent is unreachable: the task may still run, but its resources are gone with the agent. */
    void unreachable(Framework framework, LiveTask task, String message) {
        if (TaskStates.terminal(task.state())) {
            complete(task);
            return;
        }
        TaskState state = Statuses.forFramework(framework, TaskState.TASK_UNREACHABLE);
        TaskStatus status = Statuses.status(world, task.proto, state, Reason.REASON_AGENT_REMOVED, message)
                .setUnreachableTime(OperatorEvents.time(world.nowSeconds()))
                .build();
        world.out.update(framework, status);
        if (state == TaskState.TASK_LOST) {
            world.count(Counter.TASK_LOST_AGENT_REMOVED);
        }
        update(task, status, state);
        release(task);
        remove(task);
        world.away.unreachable(framework, task.proto);
    }

    /** The agent of a recovered task has not come back in time. */
    void unreachable(Framework framework, Task task, String message) {
        String taskId = task.getTaskId().getValue();
        if (TaskStates.terminal(task.getState())) {
            forget(framework, task);
            return;
        }
        TaskState state = Statuses.forFramework(framework, TaskState.TASK_UNREACHABLE);
        TaskStatus status = Statuses.status(world, task, state, Reason.REASON_AGENT_REMOVED, message)
                .setUnreachableTime(OperatorEvents.time(world.nowSeconds()))
                .build();
        world.out.update(framework, status);
        if (state == TaskState.TASK_LOST) {
            world.count(Counter.TASK_LOST_AGENT_REMOVED);
        }
        Task lost = with(task, status, state);
        world.away.take(framework, taskId);
        world.away.unreachable(framework, lost);
        world.out.operator(OperatorEvents.taskUpdated(lost, status));
    }

    /** Ends a task, on the master's own authority, whose agent is not registered, and tells the framework. */
    void end(Framework framework, Task task, TaskState state, Reason reason, String message) {
        TaskStatus status = Statuses.status(world, task, state, reason, message).build();
        world.out.update(framework, status);
        world.count(Counter.ofEnd(state));
        Task ended = with(task, status, state);
        forget(framework, ended);
        world.out.operator(OperatorEvents.taskUpdated(ended, status));
    }

    /** A task that is not live is at its end. */
    void forget(Framework framework, Task task) {
        world.away.take(framework, task.getTaskId().getValue());
        world.pendingKills.taskForgotten(task);
        addCompleted(framework, task);
    }

    /** {@code task} after a status that the master has made up. */
    static Task with(Task task, TaskStatus status, TaskState state) {
        Task.Builder after =
                task.toBuilder().setState(state).setStatusUpdateState(state).clearStatusUpdateUuid();
        appendStatus(after, status);
        return after.build();
    }

    void addCompleted(Framework framework, Task task) {
        framework.completedTasks.addLast(task);
        while (framework.completedTasks.size() > world.config.maxCompletedTasks()) {
            framework.completedTasks.removeFirst();
        }
        framework.touch();
    }

    private void remove(LiveTask task) {
        world.framework(task.frameworkId()).ifPresent(framework -> framework.tasks.remove(task.id()));
        world.agent(task.agentId()).ifPresent(agent -> agent.tasks.remove(key(task)));
        touch(task);
    }

    private void touch(LiveTask task) {
        world.framework(task.frameworkId()).ifPresent(Framework::touch);
        world.agent(task.agentId()).ifPresent(Agent::touch);
    }

    private static Agent.TaskKey key(LiveTask task) {
        return new Agent.TaskKey(task.frameworkId(), task.id());
    }

    /** One status is kept of each state in a row, without {@code data}, which may be large (Mesos does the same). */
    private static void appendStatus(Task.Builder task, TaskStatus status) {
        int last = task.getStatusesCount() - 1;
        if (last >= 0 && task.getStatuses(last).getState() == status.getState()) {
            task.removeStatuses(last);
        }
        task.addStatuses(status.toBuilder().clearData());
    }

    /** Mesos tells subscribers of changes of state only; ours also learn health and addresses, to route by them. */
    private static boolean visible(Task before, Task after, TaskStatus status) {
        if (before.getState() != after.getState()) {
            return true;
        }
        Optional<TaskStatus> last = Statuses.lastStatus(before);
        return last.isEmpty()
                || last.get().hasHealthy() != status.hasHealthy()
                || last.get().getHealthy() != status.getHealthy()
                || !last.get().getContainerStatus().equals(status.getContainerStatus());
    }
}
