package io.gatun.agent;

import io.gatun.agent.store.MetaStore;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.TaskStatus;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this agent is to the master, and the way of the master's commands to the core. Owned by the loop.
 *
 * <p>When the master says SHUTDOWN (the agent was removed, or marked gone) a Mesos agent ends its executors and exits, for
 * its supervisor to start it anew. This one ends its tasks, forgets its id and all that was checkpointed under it, and
 * registers as a new agent without leaving.
 */
final class Registration implements LinkHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(Registration.class);

    private final AgentParts parts;
    private final AgentCore core;
    private final MetaStore meta;
    private final String pid;
    private final MasterLink link;
    private AgentInfo info;
    private Optional<MasterInfo> master = Optional.empty();
    private boolean registered;
    private Optional<AgentEvent.DrainedSince> draining = Optional.empty();

    /** @param info with the id of an earlier registration, if there was one */
    Registration(AgentParts parts, AgentCore core, AgentInfo info, String pid, Backoff backoff) {
        this.parts = parts;
        this.core = core;
        this.meta = parts.meta();
        this.info = info;
        this.pid = pid;
        this.link = new MasterLink(parts.loop(), this, backoff);
    }

    void start() {
        link.start(parts.config().flags().master);
    }

    void stop() {
        link.stop();
    }

    AgentInfo info() {
        return info;
    }

    Optional<MasterInfo> master() {
        return master;
    }

    /** Since when, and how, operators have this agent drained, as the master said it last. */
    Optional<AgentEvent.DrainedSince> draining() {
        return draining;
    }

    boolean registered() {
        return registered;
    }

    /** Sends a status update; what {@link UpdateManager} calls. */
    void send(TaskKey key, TaskStatus status) {
        Optional<AgentTask> task = parts.book().task(key);
        task.ifPresent(known -> known.unacknowledged(status));
        parts.reports().changed();
        link.send(AgentCall.newBuilder()
                .setType(AgentCall.Type.UPDATE)
                .setUpdate(AgentCall.Update.newBuilder()
                        .setFrameworkId(key.framework())
                        .setStatus(status)
                        .setLatestState(task.map(AgentTask::state).orElse(status.getState()))));
    }

    @Override
    public AgentCall subscription() {
        AgentCall.Subscribe.Builder subscribe = AgentCall.Subscribe.newBuilder()
                .setAgentInfo(info)
                .setVersion(AgentVersion.VERSION)
                .setPid(pid)
                .setCheckpointedResources(parts.total().message())
                .setDiskSources(true);
        AgentSnapshot.CAPABILITIES.forEach(type ->
                subscribe.addCapabilities(AgentInfo.Capability.newBuilder().setType(type)));
        parts.book().frameworks().forEach(framework -> subscribe.addFrameworks(framework.info()));
        parts.book()
                .tasks()
                .forEach(task ->
                        subscribe.addTasks(AgentCall.KnownTask.newBuilder().setTask(task.toTask())));
        AgentCall.Builder call =
                AgentCall.newBuilder().setType(AgentCall.Type.SUBSCRIBE).setSubscribe(subscribe);
        if (info.hasId()) {
            call.setAgentId(info.getId());
        }
        return call.build();
    }

    @Override
    public void subscribed(AgentEvent.Subscribed event) {
        if (info.hasId() && !info.getId().equals(event.getAgentId())) {
            link.restart(
                    "the master registered this agent as " + event.getAgentId().getValue() + " though it is "
                            + info.getId().getValue());
            return;
        }
        if (!info.hasId()) {
            info = info.toBuilder().setId(event.getAgentId()).build();
        }
        meta.saveAgent(info);
        if (event.hasCheckpointedResources()) {
            parts.total().update(event.getCheckpointedResources());
        }
        master = Optional.of(event.getMasterInfo());
        draining = event.hasDrainedSince() ? Optional.of(event.getDrainedSince()) : Optional.empty();
        registered = true;
        parts.reports().changed();
        parts.updates().linked();
    }

    @Override
    public void event(AgentEvent event) {
        String agentId = info.getId().getValue();
        switch (event.getType()) {
            case RUN_TASK ->
                core.run(
                        agentId,
                        event.getRunTask().getFrameworkInfo(),
                        event.getRunTask().getTask());
            case KILL_TASK -> core.kill(agentId, event.getKillTask());
            case ACKNOWLEDGED -> core.acknowledged(event.getAcknowledged());
            case SHUTDOWN_FRAMEWORK ->
                core.shutdownFramework(
                        event.getShutdownFramework().getFrameworkId().getValue());
            case SHUTDOWN_EXECUTOR -> {
                AgentEvent.ShutdownExecutor shutdown = event.getShutdownExecutor();
                core.shutdownExecutor(new TaskKey(
                        shutdown.getFrameworkId().getValue(),
                        shutdown.getExecutorId().getValue()));
            }
            case CHECKPOINT_RESOURCES -> {
                parts.total().update(event.getCheckpointResources());
                parts.reports().changed();
            }
            case DRAINING -> {
                draining = event.hasDrainedSince() ? Optional.of(event.getDrainedSince()) : Optional.empty();
                parts.reports().changed();
            }
            case MESSAGE -> message(event.getMessage());
            case SHUTDOWN -> shutdown(event.getShutdown().getMessage());
            default -> LOGGER.warn("the master sent an event of unknown type {}", event.getType());
        }
    }

    @Override
    public void unlinked() {
        registered = false;
        parts.updates().unlinked();
        parts.reports().changed();
    }

    @Override
    public void detected(MasterInfo leader) {
        master = Optional.of(leader);
        parts.reports().changed();
    }

    /** A command task has no executor of its own that could take a message; Mesos' command executor ignores it too. */
    private void message(AgentEvent.Message message) {
        TaskKey key = new TaskKey(
                message.getFrameworkId().getValue(), message.getExecutorId().getValue());
        boolean known = parts.book().task(key).isPresent();
        parts.reports().count(known ? Counter.VALID_FRAMEWORK_MESSAGES : Counter.INVALID_FRAMEWORK_MESSAGES);
    }

    private void shutdown(String why) {
        String id = info.getId().getValue();
        LOGGER.warn("the master shuts this agent down: {}; it will register anew when its tasks have ended", why);
        link.pause();
        core.forgetAll(() -> {
            meta.forgetAgent(id);
            info = info.toBuilder().clearId().build();
            draining = Optional.empty();
            parts.reports().changed();
            link.resume();
        });
    }
}
