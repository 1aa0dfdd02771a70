package io.gatun.master.state;

import io.gatun.master.allocator.FrameworkRoles;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Brings what an agent says it runs and what the master believes together. */
final class AgentTasks {
    private final World world;
    private final Tasks tasks;
    private final Frameworks frameworks;

    AgentTasks(World world, Tasks tasks, Frameworks frameworks) {
        this.world = world;
        this.tasks = tasks;
        this.frameworks = frameworks;
    }

    /**
     * Takes over the tasks of an agent that was not registered.
     *
     * @param resurfaced tells the frameworks so, with each task's state; empty after a mere failover of the master,
     *     because then nobody was told that the tasks were lost
     */
    void adopt(Agent agent, AgentCall.Subscribe subscribe, Optional<String> resurfaced) {
        frameworksOf(agent, subscribe);
        Set<Agent.TaskKey> reported = new HashSet<>();
        for (AgentCall.KnownTask known : subscribe.getTasksList()) {
            reported.add(key(known.getTask()));
            adopt(agent, known.getTask(), resurfaced);
        }
        forgetUnreported(agent, reported);
    }

    /** Compares with a registered agent: what it has is true, what it lacks never arrived or is gone. */
    void reconcile(Agent agent, AgentCall.Subscribe subscribe) {
        frameworksOf(agent, subscribe);
        Set<Agent.TaskKey> reported = new HashSet<>();
        for (AgentCall.KnownTask known : subscribe.getTasksList()) {
            Agent.TaskKey key = key(known.getTask());
            reported.add(key);
            LiveTask live = agent.tasks.get(key);
            if (live == null) {
                adopt(agent, known.getTask(), Optional.empty());
            } else if (TaskStates.terminal(known.getTask().getState()) && live.holds) {
                // The update that says so is on its way; the resources need not wait for it.
                tasks.release(live);
            }
            if (live != null) {
                world.pendingKills.tell(agent, known.getTask());
            }
        }
        for (LiveTask task : List.copyOf(agent.tasks.values())) {
            if (!reported.contains(key(task.proto))) {
                world.framework(task.frameworkId())
                        .ifPresent(framework -> tasks.end(
                                framework,
                                task,
                                Statuses.forFramework(framework, TaskState.TASK_DROPPED),
                                Reason.REASON_RECONCILIATION,
                                "Task is unknown to the agent"));
            }
        }
    }

    /** Makes the frameworks known that have tasks here, and tells the agent to end those that are gone for good. */
    private void frameworksOf(Agent agent, AgentCall.Subscribe subscribe) {
        Set<String> gone = new LinkedHashSet<>();
        for (FrameworkInfo info : subscribe.getFrameworksList()) {
            String id = info.getId().getValue();
            if (world.removedFrameworks.containsKey(id)) {
                gone.add(id);
            } else if (!world.frameworks.containsKey(id)) {
                frameworks.recoverFromAgent(info);
            }
        }
        for (AgentCall.KnownTask known : subscribe.getTasksList()) {
            String id = known.getTask().getFrameworkId().getValue();
            if (!world.frameworks.containsKey(id)) {
                gone.add(id);
            }
        }
        for (String id : gone) {
            frameworks.shutdownOn(
                    agent,
                    io.gatun.mesos.v1.FrameworkID.newBuilder().setValue(id).build());
        }
    }

    private void adopt(Agent agent, Task task, Optional<String> resurfaced) {
        Framework framework = world.frameworks.get(task.getFrameworkId().getValue());
        if (framework == null) {
            return; // Its framework is being shut down there.
        }
        String taskId = task.getTaskId().getValue();
        Optional<String> elsewhere = Optional.ofNullable(framework.tasks.get(taskId))
                .map(LiveTask::agentId)
                .or(() -> AwayTasks.find(framework, taskId)
                        .map(away -> away.getAgentId().getValue())
                        .filter(id -> !id.equals(agent.id)));
        if (elsewhere.isPresent()) {
            world.out.log("Agent " + agent.id + " reports task " + taskId + " of framework " + framework.id
                    + ", which agent " + elsewhere.get() + " has: ignored");
            return;
        }
        boolean expected = framework.recoveredTasks.containsKey(taskId);
        Optional<Task> away = world.away.take(framework, taskId);
        LiveTask live = live(framework, agent, task, away);
        if (expected) {
            tasks.place(framework, agent, live);
            changed(away.get(), live.proto);
        } else {
            tasks.add(framework, agent, live);
        }
        resurfaced.ifPresent(message -> {
            TaskStatus status = Statuses.status(
                            world, live.proto, task.getState(), Reason.REASON_AGENT_REREGISTERED, message)
                    .build();
            world.out.update(framework, status);
        });
        world.pendingKills.tell(agent, live.proto);
    }

    private LiveTask live(Framework framework, Agent agent, Task task, Optional<Task> away) {
        String role = task.getResourcesList().stream()
                .filter(Resource::hasAllocationInfo)
                .map(resource -> resource.getAllocationInfo().getRole())
                .findFirst()
                .orElseGet(() -> framework.roles().stream().findFirst().orElse(FrameworkRoles.DEFAULT));
        Resources resources = Resources.of(task.getResourcesList()).unallocated();
        Task.Builder named = task.toBuilder().setAgentId(agent.info.getId());
        if (named.getStatusesCount() == 0) {
            away.ifPresent(known -> named.addAllStatuses(known.getStatusesList()));
        }
        if (!TaskStates.terminal(task.getState())) {
            world.allocator.allocated(framework.id, role, agent.id, resources);
        }
        return new LiveTask(named.build(), role, resources);
    }

    /** Subscribers of the operator API know the task as the registry does; its agent may know it better. */
    private void changed(Task before, Task after) {
        Optional<TaskStatus> last = Statuses.lastStatus(after);
        if (last.isPresent()
                && (before.getState() != after.getState()
                        || !Statuses.lastStatus(before).equals(last))) {
            world.out.operator(OperatorEvents.taskUpdated(after, last.get()));
        }
    }

    /** Tasks that were away and that their agent does not know any more will not come back. */
    private void forgetUnreported(Agent agent, Set<Agent.TaskKey> reported) {
        for (Task task : world.away.of(agent.id)) {
            if (!reported.contains(key(task))) {
                Framework framework = world.frameworks.get(task.getFrameworkId().getValue());
                // A task that was never seen to start has probably never reached its agent.
                TaskState state =
                        task.getState() == TaskState.TASK_STAGING ? TaskState.TASK_DROPPED : TaskState.TASK_GONE;
                tasks.end(
                        framework,
                        task,
                        Statuses.forFramework(framework, state),
                        Reason.REASON_RECONCILIATION,
                        "Task is unknown to the agent, which has come back");
            }
        }
    }

    private static Agent.TaskKey key(Task task) {
        return new Agent.TaskKey(
                task.getFrameworkId().getValue(), task.getTaskId().getValue());
    }
}
