package io.gatun.marathon.api;

import io.gatun.marathon.MarathonFlags;
import io.gatun.marathon.runtime.Leadership;
import io.gatun.marathon.runtime.Term;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The API on Vert.x: requests become {@link ApiRequest} values here and {@link Answer} values become responses. */
public final class ApiServer {
    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-cache, no-store, must-revalidate",
            "Pragma", "no-cache",
            "Expires", "0",
            "X-Frame-Options", "DENY",
            "X-XSS-Protection", "1; mode=block");

    private final Vertx vertx;
    private final MarathonFlags flags;
    private final String self;
    private final Leadership leadership;
    private final EventHub events;
    private final LeaderProxy proxy;

    private ApiServer(Vertx vertx, MarathonFlags flags, String self, Leadership leadership, EventHub events) {
        this.vertx = vertx;
        this.flags = flags;
        this.self = self;
        this.leadership = leadership;
        this.events = events;
        this.proxy = new LeaderProxy(vertx, self);
    }

    /**
     * Puts the API on a router, which must have read the bodies.
     *
     * @param self {@code host:port} of this Marathon
     */
    public static void mount(
            Router router, Vertx vertx, MarathonFlags flags, String self, Leadership leadership, EventHub events) {
        router.route().handler(new ApiServer(vertx, flags, self, leadership, events)::handle);
    }

    private void handle(RoutingContext ctx) {
        List<String> path = ApiPath.segments(ctx.request().path());
        boolean stream = path.equals(List.of("v2", "events"));
        Optional<Term> term = leadership.term();
        if (term.isEmpty()) {
            toLeader(ctx, stream);
            return;
        }
        ctx.response().putHeader("X-Marathon-Leader", "http://" + self);
        if (stream) {
            listen(ctx);
            return;
        }
        Backend backend = new Backend(term.get().loop(), flags, self, leadership::abdicate);
        var context = vertx.getOrCreateContext();
        CompletableFuture<Void> unused = new Api(backend)
                .answer(request(ctx, path))
                .thenAccept(answer -> context.runOnContext(now -> write(ctx, answer)));
    }

    private void toLeader(RoutingContext ctx, boolean stream) {
        vertx.executeBlocking(() -> leadership.leader(), false)
                .onSuccess(leader -> {
                    if (leader.isEmpty() || leader.get().equals(self)) {
                        write(ctx, Answer.message(502, "Could not determine the current leader"));
                    } else if (stream) {
                        write(
                                ctx,
                                Answer.empty(302)
                                        .with(
                                                "Location",
                                                "http://" + leader.get()
                                                        + ctx.request().uri()));
                    } else {
                        proxy.forward(ctx, leader.get());
                    }
                })
                .onFailure(ctx::fail);
    }

    private void listen(RoutingContext ctx) {
        String accept = ctx.request().getHeader("Accept");
        if (accept == null || !accept.contains("text/event-stream")) {
            write(ctx, Answer.message(405, "Accept must be text/event-stream"));
            return;
        }
        events.attach(
                ctx.response(),
                new HashSet<>(ctx.queryParams().getAll("event_type")),
                ctx.request().remoteAddress().toString());
    }

    private static ApiRequest request(RoutingContext ctx, List<String> path) {
        Map<String, List<String>> query = new HashMap<>();
        ctx.queryParams()
                .names()
                .forEach(name -> query.put(name, ctx.queryParams().getAll(name)));
        Buffer body = ctx.body().buffer();
        return new ApiRequest(
                ctx.request().method().name(),
                path,
                Collections.unmodifiableMap(query),
                Optional.ofNullable(ctx.request().getHeader("Accept")).orElse(""),
                Optional.ofNullable(ctx.request().getHeader("Content-Type")).orElse(""),
                body == null ? new byte[0] : body.getBytes(),
                ctx.request().remoteAddress().host());
    }

    static void write(RoutingContext ctx, Answer answer) {
        HttpServerResponse response = ctx.response();
        if (response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        HEADERS.forEach(response::putHeader);
        answer.headers().forEach(response::putHeader);
        if (!answer.contentType().isEmpty()) {
            response.putHeader("Content-Type", answer.contentType());
        }
        response.end(Buffer.buffer(answer.body()));
    }
}
