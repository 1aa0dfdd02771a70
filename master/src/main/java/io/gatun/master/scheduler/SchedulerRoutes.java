package io.gatun.master.scheduler;

import io.gatun.master.MasterContext;
import io.gatun.master.Routes;
import io.gatun.master.runtime.Asking;
import io.gatun.master.runtime.Streams;
import io.gatun.master.state.CallValidation;
import io.gatun.master.state.Command;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.http.StreamWriter;
import io.gatun.mesos.v1.scheduler.Call;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code /api/v1/scheduler}: checks a call in the order of Mesos' handler ({@code Master::Http::scheduler}) and hands it
 * to the state thread, which makes the checks that need the state.
 */
public final class SchedulerRoutes implements Routes {
    private static final String STREAM_ID = "Mesos-Stream-Id";
    private static final int BAD_REQUEST = 400;
    /** Offers of a whole cluster fit in here many times; a scheduler that is further behind will not catch up. */
    private static final int MAX_QUEUED_BYTES = 64 << 20;

    private final Streams streams;

    /** Opens its streams in {@code streams}. */
    public SchedulerRoutes(Streams streams) {
        this.streams = streams;
    }

    @Override
    public void mount(Router router, MasterContext context) {
        router.route("/api/v1/scheduler").handler(ctx -> handle(ctx, context));
        router.route("/master/api/v1/scheduler").handler(ctx -> handle(ctx, context));
    }

    private void handle(RoutingContext ctx, MasterContext context) {
        Call.Builder builder = Call.newBuilder();
        if (Replies.bodyMessage(ctx, builder).isEmpty()) {
            return;
        }
        Call call = builder.build();
        Optional<String> invalid = CallValidation.invalid(call);
        if (invalid.isPresent()) {
            Replies.error(ctx, BAD_REQUEST, invalid.get());
            return;
        }
        Optional<String> streamId = Optional.ofNullable(ctx.request().getHeader(STREAM_ID));
        if (call.getType() == Call.Type.SUBSCRIBE) {
            subscribe(ctx, context, call, streamId);
            return;
        }
        // The answer comes as events, but Mesos looks at Accept here nevertheless.
        if (call.getType() == Call.Type.RECONCILE_OPERATIONS
                && Replies.acceptedMessageType(ctx).isEmpty()) {
            return;
        }
        Asking.forward(
                ctx, context, requestId -> new Command.SchedulerCall(requestId, streamId, Optional.empty(), call));
    }

    private void subscribe(RoutingContext ctx, MasterContext context, Call call, Optional<String> streamId) {
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
        streams.scheduler(id, writer, () -> Asking.tell(ctx, context, new Command.SchedulerDisconnected(id)));
        if (!context.submit(new Command.SchedulerSubscribe(id, Optional.empty(), call))) {
            // The head is out, so there is no status left to say it with.
            writer.close();
        }
    }
}
