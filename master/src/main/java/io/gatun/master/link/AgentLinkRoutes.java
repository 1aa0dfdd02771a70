package io.gatun.master.link;

import io.gatun.master.MasterContext;
import io.gatun.master.Routes;
import io.gatun.master.runtime.Asking;
import io.gatun.master.runtime.Streams;
import io.gatun.master.state.Command;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.http.StreamWriter;
import io.gatun.mesos.link.AgentCall;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.UUID;

/** {@code /api/v1/agent_link}: where agents subscribe and report. */
public final class AgentLinkRoutes implements Routes {
    private static final String STREAM_ID = "Mesos-Stream-Id";
    private static final int BAD_REQUEST = 400;
    private static final int NOT_IMPLEMENTED = 501;
    /** RUN_TASK events carry whole TaskInfos, with data. */
    private static final int MAX_QUEUED_BYTES = 64 << 20;

    private final Streams streams;

    /** Opens its streams in {@code streams}. */
    public AgentLinkRoutes(Streams streams) {
        this.streams = streams;
    }

    @Override
    public void mount(Router router, MasterContext context) {
        router.route("/api/v1/agent_link").handler(ctx -> handle(ctx, context));
    }

    private void handle(RoutingContext ctx, MasterContext context) {
        AgentCall.Builder builder = AgentCall.newBuilder();
        if (Replies.bodyMessage(ctx, builder).isEmpty()) {
            return;
        }
        AgentCall call = builder.build();
        Optional<String> missing = missing(call);
        Optional<String> streamId = Optional.ofNullable(ctx.request().getHeader(STREAM_ID));
        if (missing.isPresent()) {
            Replies.error(ctx, BAD_REQUEST, "Expecting '" + missing.get() + "' to be present");
        } else if (call.getType() == AgentCall.Type.UNKNOWN) {
            Replies.error(ctx, NOT_IMPLEMENTED, "Call UNKNOWN is not implemented");
        } else if (call.getType() == AgentCall.Type.SUBSCRIBE) {
            subscribe(ctx, context, call, streamId);
        } else {
            Asking.forward(ctx, context, requestId -> new Command.AgentMessage(requestId, streamId, call));
        }
    }

    /** The field that the type calls for, if it is not there. */
    private static Optional<String> missing(AgentCall call) {
        return switch (call.getType()) {
            case SUBSCRIBE -> call.hasSubscribe() ? Optional.empty() : Optional.of("subscribe");
            case UPDATE -> call.hasUpdate() ? Optional.empty() : Optional.of("update");
            case MESSAGE -> call.hasMessage() ? Optional.empty() : Optional.of("message");
            case EXECUTOR_EXITED -> call.hasExecutorExited() ? Optional.empty() : Optional.of("executor_exited");
            case PONG, UNREGISTER, UNKNOWN -> Optional.empty();
        };
    }

    private void subscribe(RoutingContext ctx, MasterContext context, AgentCall call, Optional<String> streamId) {
        if (streamId.isPresent()) {
            Replies.error(ctx, BAD_REQUEST, "Subscribe calls should not include the '" + STREAM_ID + "' header");
            return;
        }
        Optional<MediaType> type = Replies.acceptedMessageType(ctx);
        if (type.isEmpty()) {
            return;
        }
        String id = UUID.randomUUID().toString();
        ctx.response().putHeader(STREAM_ID, id);
        StreamWriter writer = new StreamWriter(ctx, type.get(), MAX_QUEUED_BYTES);
        streams.agent(id, writer, () -> Asking.tell(ctx, context, new Command.AgentDisconnected(id)));
        if (!context.submit(new Command.AgentSubscribe(id, call))) {
            // The head is out, so there is no status left to say it with; the agent tries again.
            writer.close();
        }
    }
}
