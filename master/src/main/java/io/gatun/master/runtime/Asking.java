package io.gatun.master.runtime;

import io.gatun.master.MasterContext;
import io.gatun.master.state.Command;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.http.Replies;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Hands commands from event loops to the state thread, and asks for its state. */
public final class Asking {
    private static final int MULTIPLE_CHOICES = 300;
    private static final int UNAVAILABLE = 503;
    private static final long RETRY_MS = 10;

    private Asking() {}

    /** Answers the request as the command's effect says; 503 when the state thread cannot take it. */
    public static void forward(RoutingContext ctx, MasterContext context, LongFunction<Command> command) {
        Future.fromCompletionStage(context.ask(command), ctx.vertx().getOrCreateContext())
                .onSuccess(reply -> answer(ctx, reply))
                .onFailure(ctx::fail);
    }

    private static void answer(RoutingContext ctx, MasterContext.Reply reply) {
        if (ctx.response().ended() || ctx.response().closed()) {
            return; // The client did not wait.
        }
        if (reply.status() < MULTIPLE_CHOICES) {
            Replies.empty(ctx, reply.status());
        } else {
            Replies.error(ctx, reply.status(), reply.body());
        }
    }

    /**
     * Calls {@code reader} on the event loop with a state that is not older than the request, see {@link
     * MasterContext#confirmed}; answers 503 when this master turns out to lead no more.
     */
    public static void read(RoutingContext ctx, MasterContext context, Consumer<MasterSnapshot> reader) {
        Future.fromCompletionStage(context.confirmed(), ctx.vertx().getOrCreateContext())
                .onSuccess(reader::accept)
                .onFailure(reason -> leadsNoMore(ctx, reason));
    }

    /** Answers 503 unless the client has gone. */
    public static void leadsNoMore(RoutingContext ctx, Throwable reason) {
        if (!ctx.response().ended() && !ctx.response().closed()) {
            Replies.error(ctx, UNAVAILABLE, "Master no longer leads: " + reason.getMessage());
        }
    }

    /**
     * Passes on what the state has to know, such as the end of a stream: tries again while the queue is full, until the
     * term is over.
     */
    public static void tell(RoutingContext ctx, MasterContext context, Command command) {
        if (!context.submit(command) && context.recovered()) {
            ctx.vertx().setTimer(RETRY_MS, id -> tell(ctx, context, command));
        }
    }
}
