package io.gatun.mesos.operator;

import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.master.Event;
import io.gatun.mesos.v1.master.Response;

/** Small agents, frameworks, tasks and events to test with. */
final class Clusters {
    private Clusters() {}

    static AgentInfo agentInfo(String id) {
        return AgentInfo.newBuilder()
                .setHostname("host-" + id)
                .setId(AgentID.newBuilder().setValue(id))
                .build();
    }

    static Response.GetAgents.Agent agent(String id) {
        return Response.GetAgents.Agent.newBuilder()
                .setAgentInfo(agentInfo(id))
                .setActive(true)
                .setVersion("1.11.0")
                .build();
    }

    static Response.GetFrameworks.Framework framework(String id) {
        return Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(FrameworkInfo.newBuilder()
                        .setUser("root")
                        .setName("name-" + id)
                        .setId(FrameworkID.newBuilder().setValue(id)))
                .setActive(true)
                .setConnected(true)
                .setRecovered(false)
                .build();
    }

    static Task task(String id, String agentId, TaskState state) {
        return Task.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setFrameworkId(FrameworkID.newBuilder().setValue("f"))
                .setAgentId(AgentID.newBuilder().setValue(agentId))
                .setState(state)
                .build();
    }

    static TaskKey key(String taskId) {
        return new TaskKey("f", taskId);
    }

    static Event added(Task task) {
        return Event.newBuilder()
                .setType(Event.Type.TASK_ADDED)
                .setTaskAdded(Event.TaskAdded.newBuilder().setTask(task))
                .build();
    }

    static Event updated(String taskId, TaskState state) {
        return Event.newBuilder()
                .setType(Event.Type.TASK_UPDATED)
                .setTaskUpdated(Event.TaskUpdated.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue("f"))
                        .setState(state)
                        .setStatus(TaskStatus.newBuilder()
                                .setTaskId(TaskID.newBuilder().setValue(taskId))
                                .setState(state)))
                .build();
    }

    static Event agentAdded(String id) {
        return Event.newBuilder()
                .setType(Event.Type.AGENT_ADDED)
                .setAgentAdded(Event.AgentAdded.newBuilder().setAgent(agent(id)))
                .build();
    }

    static Event agentRemoved(String id) {
        return Event.newBuilder()
                .setType(Event.Type.AGENT_REMOVED)
                .setAgentRemoved(Event.AgentRemoved.newBuilder()
                        .setAgentId(AgentID.newBuilder().setValue(id)))
                .build();
    }

    static Event frameworkAdded(String id) {
        return Event.newBuilder()
                .setType(Event.Type.FRAMEWORK_ADDED)
                .setFrameworkAdded(Event.FrameworkAdded.newBuilder().setFramework(framework(id)))
                .build();
    }

    static Event frameworkRemoved(String id) {
        return Event.newBuilder()
                .setType(Event.Type.FRAMEWORK_REMOVED)
                .setFrameworkRemoved(Event.FrameworkRemoved.newBuilder()
                        .setFrameworkInfo(framework(id).getFrameworkInfo()))
                .build();
    }

    static Event subscribed(Response.GetState.Builder state) {
        return Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder().setGetState(state).setHeartbeatIntervalSeconds(15))
                .build();
    }
}
