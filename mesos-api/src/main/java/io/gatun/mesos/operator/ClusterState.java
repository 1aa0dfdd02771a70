package io.gatun.mesos.operator;

import io.gatun.mesos.detector.Masters;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.master.Event;
import io.gatun.mesos.v1.master.Response;
import io.gatun.mesos.v1.master.Response.GetAgents.Agent;
import io.gatun.mesos.v1.master.Response.GetFrameworks.Framework;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The cluster at one moment, as the master tells it: an immutable value. Applying an event costs little and shares what did
 * not change. Tasks that have ended are not in it.
 */
public final class ClusterState {
    /** Nothing known. */
    public static final ClusterState EMPTY =
            new ClusterState(Masters.NONE, PersistentMap.empty(), PersistentMap.empty(), PersistentMap.empty());

    private final Masters masters;
    private final PersistentMap<String, Agent> agents;
    private final PersistentMap<String, Framework> frameworks;
    private final PersistentMap<TaskKey, Task> tasks;

    private ClusterState(
            Masters masters,
            PersistentMap<String, Agent> agents,
            PersistentMap<String, Framework> frameworks,
            PersistentMap<TaskKey, Task> tasks) {
        this.masters = masters;
        this.agents = agents;
        this.frameworks = frameworks;
        this.tasks = tasks;
    }

    /** The state in a SUBSCRIBED event; its masters are those of {@link #withMasters}. */
    public static ClusterState of(Response.GetState snapshot) {
        ClusterState state = EMPTY;
        for (Agent agent : snapshot.getGetAgents().getAgentsList()) {
            state = state.withAgent(agent);
        }
        for (Framework framework : snapshot.getGetFrameworks().getFrameworksList()) {
            state = state.withFramework(framework);
        }
        for (Task task : snapshot.getGetTasks().getTasksList()) {
            state = state.withTask(task);
        }
        return state;
    }

    /** The leading master; while nobody leads, the one that led before. */
    public Optional<MasterInfo> leader() {
        return masters.leader();
    }

    /** All masters that are up, the leading one first; just that one where masters are not found through ZooKeeper. */
    public List<MasterInfo> masters() {
        return masters.all();
    }

    public Collection<Agent> agents() {
        return agents.values();
    }

    public Optional<Agent> agent(String agentId) {
        return Optional.ofNullable(agents.get(agentId));
    }

    public Collection<Framework> frameworks() {
        return frameworks.values();
    }

    public Optional<Framework> framework(String frameworkId) {
        return Optional.ofNullable(frameworks.get(frameworkId));
    }

    /** All tasks that have not ended, whatever their state. */
    public Collection<Task> tasks() {
        return tasks.values();
    }

    public Optional<Task> task(TaskKey key) {
        return Optional.ofNullable(tasks.get(key));
    }

    /** The state after {@code event}; this one if the event changes nothing. SUBSCRIBED replaces all but the masters. */
    public ClusterState apply(Event event) {
        return switch (event.getType()) {
            case SUBSCRIBED -> of(event.getSubscribed().getGetState()).withMasters(masters);
            case TASK_ADDED -> withTask(event.getTaskAdded().getTask());
            case TASK_UPDATED -> updated(event.getTaskUpdated());
            case AGENT_ADDED -> withAgent(event.getAgentAdded().getAgent());
            case AGENT_REMOVED ->
                withoutAgent(event.getAgentRemoved().getAgentId().getValue());
            case FRAMEWORK_ADDED -> withFramework(event.getFrameworkAdded().getFramework());
            case FRAMEWORK_UPDATED -> withFramework(event.getFrameworkUpdated().getFramework());
            case FRAMEWORK_REMOVED ->
                withoutFramework(
                        event.getFrameworkRemoved().getFrameworkInfo().getId().getValue());
            case HEARTBEAT, UNKNOWN -> this;
        };
    }

    /** The same cluster with other masters; no leader keeps the previous one, so that its name goes on resolving. */
    public ClusterState withMasters(Masters now) {
        Masters kept = now.leader().isPresent() ? now : masters;
        return kept.equals(masters) ? this : new ClusterState(kept, agents, frameworks, tasks);
    }

    ClusterState withAgent(Agent agent) {
        String id = agent.getAgentInfo().getId().getValue();
        return new ClusterState(masters, agents.with(id, agent), frameworks, tasks);
    }

    ClusterState withFramework(Framework framework) {
        String id = framework.getFrameworkInfo().getId().getValue();
        return new ClusterState(masters, agents, frameworks.with(id, framework), tasks);
    }

    /** With {@code task} as it is now, or without it if it has ended. */
    ClusterState withTask(Task task) {
        return TaskStates.terminal(task.getState())
                ? withoutTask(TaskKey.of(task))
                : new ClusterState(masters, agents, frameworks, tasks.with(TaskKey.of(task), task));
    }

    ClusterState withoutTask(TaskKey key) {
        PersistentMap<TaskKey, Task> rest = tasks.without(key);
        return rest == tasks ? this : new ClusterState(masters, agents, frameworks, rest);
    }

    /** Without the agent and the tasks on it: if it returns, it tells of them again. */
    ClusterState withoutAgent(String agentId) {
        PersistentMap<TaskKey, Task> rest = tasks;
        for (Task task : tasks.values()) {
            if (task.getAgentId().getValue().equals(agentId)) {
                rest = rest.without(TaskKey.of(task));
            }
        }
        PersistentMap<String, Agent> others = agents.without(agentId);
        return rest == tasks && others == agents ? this : new ClusterState(masters, others, frameworks, rest);
    }

    /** Without the framework and its tasks. */
    ClusterState withoutFramework(String frameworkId) {
        PersistentMap<TaskKey, Task> rest = tasks;
        for (TaskKey key : tasks.keys()) {
            if (key.frameworkId().equals(frameworkId)) {
                rest = rest.without(key);
            }
        }
        PersistentMap<String, Framework> others = frameworks.without(frameworkId);
        return rest == tasks && others == frameworks ? this : new ClusterState(masters, agents, others, rest);
    }

    private ClusterState updated(Event.TaskUpdated update) {
        TaskStatus status = update.getStatus();
        TaskKey key = new TaskKey(
                update.getFrameworkId().getValue(), status.getTaskId().getValue());
        Task task = tasks.get(key);
        // An update of a task that was never added says too little to make one.
        return task == null ? this : withTask(updated(task, status, update.getState()));
    }

    /** Keeps one status per run of equal states, as the master does, so that health updates do not pile up. */
    private static Task updated(Task task, TaskStatus status, TaskState state) {
        Task.Builder builder = task.toBuilder().setState(state);
        int last = builder.getStatusesCount() - 1;
        if (last >= 0 && builder.getStatuses(last).getState() == status.getState()) {
            builder.setStatuses(last, status);
        } else {
            builder.addStatuses(status);
        }
        return builder.build();
    }
}
