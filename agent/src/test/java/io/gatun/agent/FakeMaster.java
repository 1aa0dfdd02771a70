package io.gatun.agent;

import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.http.HttpHost;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.http.ReservedPort;
import io.gatun.mesos.http.StreamWriter;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.v1.Address;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The master's end of the agent link, played by the test over real HTTP. */
final class FakeMaster implements AutoCloseable {
    private static final int QUEUE_BYTES = 1 << 20;

    private final Vertx vertx = HttpHost.vertx();
    private final List<AgentCall> calls = new ArrayList<>();
    private final ReservedPort reserved;
    private final HttpHost host;
    private StreamWriter stream;
    private int streams;
    private int agents;
    private boolean closed;
    /** What SUBSCRIBED tells. */
    volatile double pingTimeoutSeconds = 60;
    /** Told SHUTDOWN instead of being registered. */
    volatile String removedAgent = "none";
    /** What SUBSCRIBED says of resources; null to repeat what the agent has. */
    volatile CheckpointedResources checkpointed;
    /** Acknowledge every update at once. */
    volatile boolean acknowledges = true;

    /** On a port that stays its own until {@link #close}, so that another master can take its place. */
    FakeMaster() {
        reserved = reserve();
        host = listen(reserved.port());
    }

    /** In the place of one that has {@linkplain #leave() left}. */
    FakeMaster(int port) {
        reserved = null;
        host = listen(port);
    }

    private static ReservedPort reserve() {
        try {
            return ReservedPort.onLoopback();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpHost listen(int port) {
        Router router = HttpHost.router(vertx);
        router.post("/api/v1/agent_link").handler(this::handle);
        return HttpHost.listen(vertx, "127.0.0.1", port, router);
    }

    int port() {
        return host.port();
    }

    private synchronized void handle(RoutingContext ctx) {
        AgentCall.Builder call = AgentCall.newBuilder();
        if (Replies.bodyMessage(ctx, call).isEmpty()) {
            return;
        }
        calls.add(call.build());
        if (call.getType() == AgentCall.Type.SUBSCRIBE) {
            String id = "stream-" + ++streams;
            ctx.response().putHeader("Mesos-Stream-Id", id);
            stream = new StreamWriter(ctx, MediaType.PROTOBUF, QUEUE_BYTES);
            subscribed(call.getSubscribe());
            return;
        }
        if (!("stream-" + streams).equals(ctx.request().getHeader("Mesos-Stream-Id"))) {
            Replies.error(ctx, 400, "stream id");
            return;
        }
        Replies.empty(ctx, 202);
        if (call.getType() == AgentCall.Type.UPDATE && acknowledges) {
            acknowledge(call.getUpdate());
        }
    }

    private void subscribed(AgentCall.Subscribe subscribe) {
        if (subscribe.getAgentInfo().getId().getValue().equals(removedAgent)) {
            send(AgentEvent.newBuilder()
                    .setType(AgentEvent.Type.SHUTDOWN)
                    .setShutdown(AgentEvent.Shutdown.newBuilder().setMessage("removed")));
            stream.close();
            return;
        }
        AgentID id = subscribe.getAgentInfo().hasId()
                ? subscribe.getAgentInfo().getId()
                : AgentID.newBuilder().setValue("m-S" + agents++).build();
        send(AgentEvent.newBuilder()
                .setType(AgentEvent.Type.SUBSCRIBED)
                .setSubscribed(AgentEvent.Subscribed.newBuilder()
                        .setAgentId(id)
                        .setPingTimeoutSeconds(pingTimeoutSeconds)
                        .setCheckpointedResources(
                                checkpointed == null ? subscribe.getCheckpointedResources() : checkpointed)
                        .setMasterInfo(MasterInfo.newBuilder()
                                .setId("m")
                                .setIp(0)
                                .setPort(port())
                                .setHostname("master.test")
                                .setAddress(
                                        Address.newBuilder().setIp("127.0.0.1").setPort(port())))));
    }

    synchronized void send(AgentEvent.Builder event) {
        stream.send(event.build());
    }

    void run(FrameworkInfo framework, TaskInfo task) {
        send(AgentEvent.newBuilder()
                .setType(AgentEvent.Type.RUN_TASK)
                .setRunTask(AgentEvent.RunTask.newBuilder()
                        .setFrameworkInfo(framework)
                        .setTask(task)));
    }

    void kill(String taskId, Optional<Duration> grace) {
        AgentEvent.KillTask.Builder kill = AgentEvent.KillTask.newBuilder()
                .setFrameworkId(FrameworkID.newBuilder().setValue(Samples.FRAMEWORK))
                .setTaskId(TaskID.newBuilder().setValue(taskId));
        grace.ifPresent(
                duration -> kill.getKillPolicyBuilder().getGracePeriodBuilder().setNanoseconds(duration.toNanos()));
        send(AgentEvent.newBuilder().setType(AgentEvent.Type.KILL_TASK).setKillTask(kill));
    }

    /** As DRAIN_AGENT leads to. */
    void drain(String taskId, boolean markGone) {
        send(AgentEvent.newBuilder()
                .setType(AgentEvent.Type.KILL_TASK)
                .setKillTask(AgentEvent.KillTask.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue(Samples.FRAMEWORK))
                        .setTaskId(TaskID.newBuilder().setValue(taskId))
                        .setDraining(AgentEvent.Draining.newBuilder().setMarkGone(markGone))));
    }

    void acknowledge(AgentCall.Update update) {
        send(AgentEvent.newBuilder()
                .setType(AgentEvent.Type.ACKNOWLEDGED)
                .setAcknowledged(AgentEvent.Acknowledged.newBuilder()
                        .setFrameworkId(update.getFrameworkId())
                        .setTaskId(update.getStatus().getTaskId())
                        .setUuid(update.getStatus().getUuid())));
    }

    /** Breaks the stream as a crashed master would. */
    synchronized void dropStream() {
        stream.abort();
    }

    synchronized List<AgentCall> calls(AgentCall.Type type) {
        return calls.stream().filter(call -> call.getType() == type).toList();
    }

    /** The number-th SUBSCRIBE, counted from 1. */
    AgentCall.Subscribe awaitSubscribe(int number) {
        return Await.some(Await.MAX, "SUBSCRIBE " + number, () -> {
            List<AgentCall> subscribes = calls(AgentCall.Type.SUBSCRIBE);
            return subscribes.size() < number
                    ? Optional.empty()
                    : Optional.of(subscribes.get(number - 1).getSubscribe());
        });
    }

    /** The first update of a task with a state. */
    AgentCall.Update awaitUpdate(String taskId, TaskState state) {
        return Await.some(
                Await.MAX,
                taskId + " in " + state + ", have " + states(taskId),
                () -> updates(taskId).stream()
                        .filter(update -> update.getStatus().getState() == state)
                        .findFirst());
    }

    List<AgentCall.Update> updates(String taskId) {
        return calls(AgentCall.Type.UPDATE).stream()
                .map(AgentCall::getUpdate)
                .filter(update -> update.getStatus().getTaskId().getValue().equals(taskId))
                .toList();
    }

    List<TaskState> states(String taskId) {
        return updates(taskId).stream()
                .map(update -> update.getStatus().getState())
                .toList();
    }

    /** Ends, but for the port: a test may let a master end before its harness does. Idempotent. */
    void leave() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        host.close();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        leave();
        if (reserved != null) {
            reserved.close();
        }
    }
}
