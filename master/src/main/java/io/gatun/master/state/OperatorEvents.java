package io.gatun.master.state;

import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TimeInfo;
import io.gatun.mesos.v1.master.Event;
import io.gatun.mesos.v1.master.Response;
import java.util.OptionalDouble;

/** Builds the operator API's events, and the messages that events and GET_* responses share. */
public final class OperatorEvents {
    private static final double NANOS_PER_SECOND = 1e9;

    private OperatorEvents() {}

    /** An agent as GET_AGENTS and AGENT_ADDED show it. */
    public static Response.GetAgents.Agent agent(AgentView view) {
        Response.GetAgents.Agent.Builder agent = Response.GetAgents.Agent.newBuilder()
                .setAgentInfo(view.info())
                .setActive(view.active())
                .setDeactivated(view.deactivated())
                .setVersion(view.version())
                .setPid(view.pid())
                .setRegisteredTime(time(view.registeredTime()))
                .addAllTotalResources(view.total().toProtos())
                .addAllAllocatedResources(view.used().toProtos())
                .addAllOfferedResources(view.offered().toProtos())
                .addAllCapabilities(view.capabilities());
        view.reregisteredTime().ifPresent(seconds -> agent.setReregisteredTime(time(seconds)));
        view.drainInfo().ifPresent(agent::setDrainInfo);
        view.drainStartTime().ifPresent(seconds -> agent.setEstimatedDrainStartTime(time(seconds)));
        return agent.build();
    }

    /** A framework as GET_FRAMEWORKS, FRAMEWORK_ADDED and FRAMEWORK_UPDATED show it. */
    public static Response.GetFrameworks.Framework framework(FrameworkView view) {
        Response.GetFrameworks.Framework.Builder framework = Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(view.info())
                .setActive(view.active())
                .setConnected(view.connected())
                .setRecovered(view.recovered())
                .addAllOffers(view.offers())
                .addAllAllocatedResources(view.used().toProtos())
                .addAllOfferedResources(view.offered().toProtos());
        optionalTime(OptionalDouble.of(view.registeredTime()), framework::setRegisteredTime);
        optionalTime(view.reregisteredTime(), framework::setReregisteredTime);
        optionalTime(view.unregisteredTime(), framework::setUnregisteredTime);
        return framework.build();
    }

    /** Seconds since the epoch as nanoseconds. */
    public static TimeInfo time(double seconds) {
        return TimeInfo.newBuilder()
                .setNanoseconds((long) (seconds * NANOS_PER_SECOND))
                .build();
    }

    static Event taskAdded(Task task) {
        return Event.newBuilder()
                .setType(Event.Type.TASK_ADDED)
                .setTaskAdded(Event.TaskAdded.newBuilder().setTask(task))
                .build();
    }

    static Event taskUpdated(Task task, TaskStatus status) {
        return Event.newBuilder()
                .setType(Event.Type.TASK_UPDATED)
                .setTaskUpdated(Event.TaskUpdated.newBuilder()
                        .setFrameworkId(task.getFrameworkId())
                        .setStatus(status)
                        .setState(task.getState()))
                .build();
    }

    static Event agentAdded(AgentView view) {
        return Event.newBuilder()
                .setType(Event.Type.AGENT_ADDED)
                .setAgentAdded(Event.AgentAdded.newBuilder().setAgent(agent(view)))
                .build();
    }

    static Event agentRemoved(AgentID id) {
        return Event.newBuilder()
                .setType(Event.Type.AGENT_REMOVED)
                .setAgentRemoved(Event.AgentRemoved.newBuilder().setAgentId(id))
                .build();
    }

    static Event frameworkAdded(FrameworkView view) {
        return Event.newBuilder()
                .setType(Event.Type.FRAMEWORK_ADDED)
                .setFrameworkAdded(Event.FrameworkAdded.newBuilder().setFramework(framework(view)))
                .build();
    }

    static Event frameworkUpdated(FrameworkView view) {
        return Event.newBuilder()
                .setType(Event.Type.FRAMEWORK_UPDATED)
                .setFrameworkUpdated(Event.FrameworkUpdated.newBuilder().setFramework(framework(view)))
                .build();
    }

    static Event frameworkRemoved(FrameworkInfo info) {
        return Event.newBuilder()
                .setType(Event.Type.FRAMEWORK_REMOVED)
                .setFrameworkRemoved(Event.FrameworkRemoved.newBuilder().setFrameworkInfo(info))
                .build();
    }

    private static void optionalTime(OptionalDouble seconds, java.util.function.Consumer<TimeInfo> setter) {
        seconds.ifPresent(value -> setter.accept(time(value)));
    }
}
