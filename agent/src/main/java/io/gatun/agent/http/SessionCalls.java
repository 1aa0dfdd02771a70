package io.gatun.agent.http;

import com.google.protobuf.ByteString;
import io.gatun.agent.container.ApiContainers;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.Session;
import io.gatun.isolator.Limits;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.codec.RecordIo;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.v1.DurationInfo;
import io.gatun.mesos.v1.agent.Call;
import io.gatun.mesos.v1.agent.ProcessIO;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/**
 * LAUNCH_NESTED_CONTAINER_SESSION and ATTACH_CONTAINER_OUTPUT: output as a RecordIO stream of ProcessIO messages. A
 * client that does not read makes the container wait.
 */
final class SessionCalls {
    /** As Mesos' --http_heartbeat_interval. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    private SessionCalls() {}

    /** Answers a call of this kind; false when it is of another. */
    static boolean handle(RoutingContext ctx, AgentView agent, Call call) {
        switch (call.getType()) {
            case LAUNCH_NESTED_CONTAINER_SESSION -> {
                Call.LaunchNestedContainerSession launch = call.getLaunchNestedContainerSession();
                ApiContainers.Request request = ContainerCalls.request(
                        call.hasLaunchNestedContainerSession(),
                        launch.getContainerId(),
                        launch.getCommand(),
                        Optional.of(launch.getContainer()).filter(any -> launch.hasContainer()),
                        Limits.NONE);
                open(ctx, () -> launch(agent, request));
            }
            case ATTACH_CONTAINER_OUTPUT -> {
                String id = ContainerCalls.id(
                        call.hasAttachContainerOutput(),
                        call.getAttachContainerOutput().getContainerId());
                open(ctx, () -> attach(agent, id));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Session launch(AgentView agent, ApiContainers.Request request) {
        try {
            return agent.containers().launchSession(request);
        } catch (LaunchException | IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
            throw ContainerCalls.refused(agent, request, e);
        }
    }

    /** 404 for a container that nobody knows, 400 for one without streams to attach to. */
    static Session attach(AgentView agent, String id) {
        if (!agent.containers().known(id)) {
            throw new HttpProblem(404, "Container " + id + " cannot be found");
        }
        try {
            return agent.containerizer().attach(id);
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw new HttpProblem(400, e.getMessage());
        }
    }

    private static void open(RoutingContext ctx, java.util.concurrent.Callable<Session> opener) {
        String accept = ctx.request().getHeader("Accept");
        if (MediaType.negotiate(accept)
                .filter(type -> type == MediaType.RECORDIO)
                .isEmpty()) {
            Replies.error(ctx, 406, "Expecting 'Accept' to allow " + MediaType.RECORDIO.header());
            return;
        }
        Optional<MediaType> type = MediaType.negotiate(ctx.request().getHeader("Message-Accept"))
                .filter(known -> known != MediaType.RECORDIO);
        if (type.isEmpty()) {
            Replies.error(
                    ctx,
                    406,
                    "Expecting 'Message-Accept' to allow " + MediaType.JSON.header() + " or "
                            + MediaType.PROTOBUF.header());
            return;
        }
        AgentRoutes.blocking(ctx, opener, session -> stream(ctx, session, type.get()));
    }

    private static void stream(RoutingContext ctx, Session session, MediaType type) {
        HttpServerResponse response = ctx.response();
        if (response.closed()) {
            session.close();
            return;
        }
        response.setStatusCode(200)
                .setChunked(true)
                .putHeader("Content-Type", MediaType.RECORDIO.header())
                .putHeader("Message-Content-Type", type.header());
        long beat = ctx.vertx().setPeriodic(HEARTBEAT.toMillis(), timer -> write(response, type, heartbeat()));
        response.endHandler(ended -> {
            ctx.vertx().cancelTimer(beat);
            session.close();
        });
        response.closeHandler(closed -> {
            ctx.vertx().cancelTimer(beat);
            session.close();
        });
        response.drainHandler(drained -> session.resume());
        var unused = response.writeHead();
        Context eventLoop = ctx.vertx().getOrCreateContext();
        session.onOutput(new Session.Output() {
            @Override
            public void data(Session.Stream stream, byte[] bytes) {
                // Held until the event loop has seen whether the client takes it.
                session.pause();
                eventLoop.runOnContext(turn -> {
                    write(response, type, output(stream, bytes));
                    if (!response.writeQueueFull()) {
                        session.resume();
                    }
                });
            }

            @Override
            public void end() {
                eventLoop.runOnContext(turn -> {
                    if (!response.ended() && !response.closed()) {
                        var unused = response.end();
                    }
                });
            }
        });
    }

    private static void write(HttpServerResponse response, MediaType type, ProcessIO message) {
        if (!response.ended() && !response.closed()) {
            var unused = response.write(Buffer.buffer(RecordIo.encode(type.encode(message))));
        }
    }

    private static ProcessIO output(Session.Stream stream, byte[] bytes) {
        return ProcessIO.newBuilder()
                .setType(ProcessIO.Type.DATA)
                .setData(ProcessIO.Data.newBuilder()
                        .setType(
                                stream == Session.Stream.STDOUT
                                        ? ProcessIO.Data.Type.STDOUT
                                        : ProcessIO.Data.Type.STDERR)
                        .setData(ByteString.copyFrom(bytes)))
                .build();
    }

    private static ProcessIO heartbeat() {
        return ProcessIO.newBuilder()
                .setType(ProcessIO.Type.CONTROL)
                .setControl(ProcessIO.Control.newBuilder()
                        .setType(ProcessIO.Control.Type.HEARTBEAT)
                        .setHeartbeat(ProcessIO.Control.Heartbeat.newBuilder()
                                .setInterval(DurationInfo.newBuilder().setNanoseconds(HEARTBEAT.toNanos()))))
                .build();
    }
}
