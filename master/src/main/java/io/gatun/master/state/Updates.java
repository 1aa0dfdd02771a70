package io.gatun.master.state;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;

/** Status updates on their way from agents to schedulers, and acknowledgements on their way back. */
final class Updates {
    private final World world;
    private final Tasks tasks;
    private final Frameworks frameworks;

    Updates(World world, Tasks tasks, Frameworks frameworks) {
        this.world = world;
        this.tasks = tasks;
        this.frameworks = frameworks;
    }

    void update(Agent agent, AgentCall.Update update) {
        world.count(Counter.MESSAGES_STATUS_UPDATE);
        TaskStatus status = update.getStatus();
        Framework framework = world.frameworks.get(update.getFrameworkId().getValue());
        if (framework == null) {
            world.count(Counter.INVALID_STATUS_UPDATES);
            world.out.log("Ignoring status update of agent " + agent.id + " for task "
                    + status.getTaskId().getValue() + ": framework "
                    + update.getFrameworkId().getValue() + " is unknown");
            if (world.removedFrameworks.containsKey(update.getFrameworkId().getValue())) {
                frameworks.shutdownOn(agent, update.getFrameworkId());
            }
            return;
        }
        world.out.update(framework, status);
        LiveTask task = agent.tasks.get(
                new Agent.TaskKey(framework.id, status.getTaskId().getValue()));
        if (task == null) {
            // Forwarded all the same: the acknowledgement is what lets the agent forget it.
            world.count(Counter.INVALID_STATUS_UPDATES);
            return;
        }
        world.count(Counter.VALID_STATUS_UPDATES);
        tasks.update(task, status, newest(status.getState(), update.getLatestState()));
    }

    /** A terminal status is never older than what the agent calls the latest. */
    private static TaskState newest(TaskState status, TaskState latest) {
        return TaskStates.terminal(status) ? status : latest;
    }

    void acknowledge(Framework framework, Call.Acknowledge acknowledge) {
        world.count(Counter.MESSAGES_STATUS_UPDATE_ACKNOWLEDGEMENT);
        Agent agent = world.agents.get(acknowledge.getAgentId().getValue());
        if (agent == null || !agent.connected()) {
            world.count(Counter.INVALID_STATUS_UPDATE_ACKNOWLEDGEMENTS);
            world.out.log("Dropping acknowledgement of framework " + framework.id + " for task "
                    + acknowledge.getTaskId().getValue() + ": agent "
                    + acknowledge.getAgentId().getValue()
                    + (agent == null ? " is not registered" : " is disconnected"));
            return;
        }
        LiveTask task = agent.tasks.get(
                new Agent.TaskKey(framework.id, acknowledge.getTaskId().getValue()));
        if (task != null && task.proto.getStatusUpdateUuid().equals(acknowledge.getUuid())) {
            if (TaskStates.terminal(task.proto.getStatusUpdateState())) {
                tasks.complete(task);
            } else {
                world.out.persist(Records.taskAcknowledged(task.proto));
            }
        }
        world.count(Counter.VALID_STATUS_UPDATE_ACKNOWLEDGEMENTS);
        world.out.agent(
                agent,
                AgentEvent.newBuilder()
                        .setType(AgentEvent.Type.ACKNOWLEDGED)
                        .setAcknowledged(AgentEvent.Acknowledged.newBuilder()
                                .setFrameworkId(framework.info.getId())
                                .setTaskId(acknowledge.getTaskId())
                                .setUuid(acknowledge.getUuid()))
                        .build());
    }
}
