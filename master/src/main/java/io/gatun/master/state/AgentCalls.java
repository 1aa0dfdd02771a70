package io.gatun.master.state;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.ExecutorID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.scheduler.Event;

/** What agents say after SUBSCRIBE. */
final class AgentCalls {
    private static final int ACCEPTED = 202;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;

    private final World world;
    private final AgentLosses losses;
    private final AgentHealth health;
    private final Updates updates;

    AgentCalls(World world, AgentLosses losses, AgentHealth health, Updates updates) {
        this.world = world;
        this.losses = losses;
        this.health = health;
        this.updates = updates;
    }

    void apply(Command.AgentMessage command) {
        AgentCall call = command.call();
        long request = command.requestId();
        if (command.streamId().isEmpty()) {
            world.out.reply(
                    request, BAD_REQUEST, "All non-subscribe calls should include the 'Mesos-Stream-Id' header");
            return;
        }
        Agent agent = world.agentsByStream.get(command.streamId().get());
        if (agent == null) {
            world.out.reply(
                    request,
                    FORBIDDEN,
                    "Agent is not subscribed: stream '" + command.streamId().get() + "' is unknown or was replaced");
            return;
        }
        if (call.hasAgentId() && !call.getAgentId().getValue().equals(agent.id)) {
            world.out.reply(
                    request,
                    BAD_REQUEST,
                    "'agent_id' is " + call.getAgentId().getValue() + ", but the stream is that of agent " + agent.id);
            return;
        }
        world.out.reply(request, ACCEPTED, "");
        // Any sign of life will do, so that a pong that is stuck behind a burst of updates does no harm.
        health.answered(agent);
        dispatch(agent, call);
    }

    private void dispatch(Agent agent, AgentCall call) {
        switch (call.getType()) {
            case UPDATE -> updates.update(agent, call.getUpdate());
            case MESSAGE -> message(agent, call.getMessage());
            case EXECUTOR_EXITED -> exited(agent, call.getExecutorExited());
            case UNREGISTER -> {
                world.count(Counter.MESSAGES_UNREGISTER_AGENT);
                losses.remove(agent, Counter.AGENT_REMOVALS_UNREGISTERED, "it unregistered");
            }
            case PONG, SUBSCRIBE, UNKNOWN -> {
                // A pong has been counted; the others are answered by the HTTP layer.
            }
        }
    }

    private void message(Agent agent, AgentCall.Message message) {
        world.count(Counter.MESSAGES_EXECUTOR_TO_FRAMEWORK);
        Framework framework = connected(message.getFrameworkId());
        world.count(
                framework == null
                        ? Counter.INVALID_EXECUTOR_TO_FRAMEWORK_MESSAGES
                        : Counter.VALID_EXECUTOR_TO_FRAMEWORK_MESSAGES);
        if (framework != null) {
            world.out.scheduler(
                    framework,
                    Event.newBuilder()
                            .setType(Event.Type.MESSAGE)
                            .setMessage(Event.Message.newBuilder()
                                    .setAgentId(agent.info.getId())
                                    .setExecutorId(message.getExecutorId())
                                    .setData(message.getData()))
                            .build());
        }
    }

    private void exited(Agent agent, AgentCall.ExecutorExited exited) {
        world.count(Counter.MESSAGES_EXITED_EXECUTOR);
        Framework framework = connected(exited.getFrameworkId());
        if (framework != null) {
            world.out.scheduler(framework, failure(agent.info.getId(), exited.getExecutorId(), exited.getStatus()));
        }
    }

    private Framework connected(FrameworkID id) {
        Framework framework = world.frameworks.get(id.getValue());
        return framework == null || !framework.connected() ? null : framework;
    }

    private static Event failure(AgentID agent, ExecutorID executor, int status) {
        return Event.newBuilder()
                .setType(Event.Type.FAILURE)
                .setFailure(Event.Failure.newBuilder()
                        .setAgentId(agent)
                        .setExecutorId(executor)
                        .setStatus(status))
                .build();
    }
}
