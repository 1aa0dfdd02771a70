package io.gatun.master.operator;

import io.gatun.master.MasterContext;
import io.gatun.master.runtime.Asking;
import io.gatun.master.state.Command;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.v1.master.Call;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * {@code POST /api/v1}. Calls that read are answered from the published snapshot, away from the event loop; those
 * that change something go to the state thread. What Mesos has and this master has not yet is answered 501
 * with its name.
 */
final class OperatorApi implements Handler<RoutingContext> {
    private final MasterContext context;
    private final OperatorCalls calls;
    private final EventStreams streams;

    OperatorApi(MasterContext context, OperatorCalls calls, EventStreams streams) {
        this.context = context;
        this.calls = calls;
        this.streams = streams;
    }

    @Override
    public void handle(RoutingContext ctx) {
        Call.Builder builder = Call.newBuilder();
        if (Replies.bodyMessage(ctx, builder).isEmpty()) {
            return;
        }
        Call call = builder.build();
        Optional<String> problem = CallCheck.problem(call);
        if (problem.isPresent()) {
            Replies.error(ctx, 400, "Failed to validate master::Call: " + problem.get());
            return;
        }
        Optional<MediaType> accepted = Replies.acceptedMessageType(ctx);
        if (accepted.isEmpty()) {
            return;
        }
        switch (call.getType()) {
            case SUBSCRIBE -> streams.open(ctx, accepted.get());
            case TEARDOWN ->
                Asking.forward(
                        ctx,
                        context,
                        requestId -> new Command.TeardownFramework(
                                requestId, call.getTeardown().getFrameworkId()));
            case MARK_AGENT_GONE,
                    DRAIN_AGENT,
                    DEACTIVATE_AGENT,
                    REACTIVATE_AGENT,
                    UPDATE_WEIGHTS,
                    UPDATE_QUOTA,
                    SET_QUOTA,
                    REMOVE_QUOTA,
                    UPDATE_MAINTENANCE_SCHEDULE,
                    START_MAINTENANCE,
                    STOP_MAINTENANCE,
                    RESERVE_RESOURCES,
                    UNRESERVE_RESOURCES,
                    CREATE_VOLUMES,
                    DESTROY_VOLUMES,
                    GROW_VOLUME,
                    SHRINK_VOLUME ->
                Asking.forward(ctx, context, requestId -> new Command.Operator(requestId, Optional.empty(), call));
            default -> answer(ctx, call, accepted.get());
        }
    }

    private void answer(RoutingContext ctx, Call call, MediaType type) {
        Asking.read(
                ctx,
                context,
                snapshot -> ctx.vertx()
                        .executeBlocking(() -> calls.answer(call, snapshot).map(type::encode), false)
                        .onFailure(ctx::fail)
                        .onSuccess(body -> {
                            if (body.isPresent()) {
                                Replies.encoded(ctx, 200, type, body.get());
                            } else {
                                Replies.error(
                                        ctx, 501, "Call " + call.getType() + " is not implemented by this master");
                            }
                        }));
    }
}
