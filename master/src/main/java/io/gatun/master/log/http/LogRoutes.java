package io.gatun.master.log.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.master.MasterContext;
import io.gatun.master.Routes;
import io.gatun.master.log.node.LogException;
import io.gatun.master.log.node.LogNode;
import io.gatun.master.log.node.LogStatus;
import io.gatun.master.log.node.NotLeadingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * {@code GET /log}: how this master's replica is, as a JSON object; any master answers. {@code POST /log/members} with
 * {@code {"add": {"id": 4, "address": "host:port"}, "remove": 2}}, either of them optional: changes the members, first the
 * one and then the other, and answers when that is committed; only the leader answers, others redirect to it.
 */
public final class LogRoutes implements Routes {
    private static final String JSON_TYPE = "application/json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BAD_REQUEST = 400;
    private static final int CONFLICT = 409;
    private static final int UNAVAILABLE = 503;
    private static final int TIMED_OUT = 504;
    private static final long CHANGE_S = 60;

    /** What is asked for; refuses what cannot be meant. */
    record Change(int add, InetSocketAddress address, int remove) {
        static Change parse(byte[] body) {
            JsonNode root;
            try {
                root = JSON.readTree(body);
            } catch (IOException e) {
                throw new IllegalArgumentException("body: must be a JSON object: " + e.getMessage(), e);
            }
            JsonNode add = root.path("add");
            int id = add.isMissingNode() ? 0 : id("add.id", add.path("id"));
            int remove = root.has("remove") ? id("remove", root.path("remove")) : 0;
            if (id == 0 && remove == 0) {
                throw new IllegalArgumentException("body: must have add or remove");
            }
            if (id == remove) {
                throw new IllegalArgumentException(
                        "add.id=" + id
                                + ": must not be the id that is removed: a replica that comes back with its id needs no change");
            }
            return new Change(
                    id, id == 0 ? null : LogNode.address(add.path("address").asText()), remove);
        }

        private static int id(String field, JsonNode value) {
            if (!value.canConvertToInt() || value.asInt() < 1 || value.asInt() > 0xffff) {
                throw new IllegalArgumentException(field + "=" + value.asText() + ": must be 1 to 65535");
            }
            return value.asInt();
        }
    }

    private final Supplier<Optional<LogNode>> node;
    private final Supplier<Optional<LogStatus>> status;

    /**
     * Of a master.
     *
     * @param node its replica; empty before it is opened
     * @param status how that is; empty before it is opened
     */
    public LogRoutes(Supplier<Optional<LogNode>> node, Supplier<Optional<LogStatus>> status) {
        this.node = node;
        this.status = status;
    }

    @Override
    public void mount(Router router, MasterContext context) {
        for (String prefix : new String[] {"", "/master"}) {
            router.get(prefix + "/log").handler(this::status);
            router.post(prefix + "/log/members").handler(this::change);
        }
    }

    private void status(RoutingContext ctx) {
        Optional<LogStatus> now = status.get();
        if (now.isEmpty()) {
            answer(ctx, UNAVAILABLE, "text/plain; charset=utf-8", "The log is not opened yet");
        } else {
            answer(ctx, 200, JSON_TYPE, StatusDocument.of(now.get()));
        }
    }

    private void change(RoutingContext ctx) {
        Optional<LogNode> open = node.get();
        if (open.isEmpty()) {
            answer(ctx, UNAVAILABLE, "text/plain; charset=utf-8", "The log is not opened yet");
            return;
        }
        Buffer body = ctx.body().buffer();
        try {
            change(ctx, open.get(), Change.parse(body == null ? new byte[0] : body.getBytes()));
        } catch (IllegalArgumentException e) {
            answer(ctx, BAD_REQUEST, "text/plain; charset=utf-8", e.getMessage());
        }
    }

    private static void change(RoutingContext ctx, LogNode log, Change change) {
        CompletableFuture<Void> added = change.add() == 0
                ? CompletableFuture.completedFuture(null)
                : log.addReplica(change.add(), change.address()).orTimeout(CHANGE_S, TimeUnit.SECONDS);
        CompletableFuture<Void> done = change.remove() == 0
                ? added
                : added.thenCompose(ok -> log.removeReplica(change.remove()).orTimeout(CHANGE_S, TimeUnit.SECONDS));
        var unused = done.whenComplete((ok, e) -> ctx.vertx().runOnContext(now -> {
            if (e == null) {
                answer(ctx, 200, JSON_TYPE, StatusDocument.of(log.status()));
            } else {
                refuse(ctx, e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
            }
        }));
    }

    private static void refuse(RoutingContext ctx, Throwable e) {
        int status = CONFLICT;
        String text = e.getMessage();
        if (e instanceof NotLeadingException) {
            status = UNAVAILABLE;
        } else if (e instanceof TimeoutException) {
            status = TIMED_OUT;
            text = "It was not committed within " + CHANGE_S + " s: is the new replica running, and reachable?"
                    + " See GET /log";
        } else if (!(e instanceof LogException)) {
            status = 500;
            text = e.toString();
        }
        answer(ctx, status, "text/plain; charset=utf-8", text);
    }

    private static void answer(RoutingContext ctx, int status, String type, String body) {
        if (!ctx.response().ended() && !ctx.response().closed()) {
            ctx.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, type)
                    .end(body);
        }
    }
}
