package io.gatun.agent.http;

import io.gatun.agent.AgentSnapshot;
import io.gatun.mesos.http.Replies;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All paths of the agent. Each is served twice, as in libprocess: {@code /state} and {@code /slave(1)/state}, whose
 * parentheses may be percent-encoded. Handlers run on an event loop and leave it for whatever blocks.
 */
public final class AgentRoutes {
    static final String PROCESS = "/slave(1)";

    /** The agent's thread is busy for milliseconds at most, unless it has ended. */
    private static final long SNAPSHOT_MAX_SECONDS = 5;

    private static final Logger LOGGER = LoggerFactory.getLogger(AgentRoutes.class);

    private final CompletableFuture<AgentView> view = new CompletableFuture<>();
    private final Map<String, BiConsumer<RoutingContext, AgentView>> gets = new HashMap<>();
    private final V1Api v1 = new V1Api();

    public AgentRoutes() {
        FilesApi files = new FilesApi();
        gets.put("/health", (ctx, agent) -> Replies.empty(ctx, 200));
        gets.put("/version", (ctx, agent) -> Replies.json(ctx, Json.bytes(VersionJson.version())));
        gets.put("/flags", (ctx, agent) -> Replies.json(ctx, Json.bytes(StateJson.flags(agent))));
        gets.put("/state", (ctx, agent) -> withSnapshot(ctx, agent, state -> StateJson.state(agent, state)));
        gets.put("/metrics/snapshot", (ctx, agent) -> withSnapshot(ctx, agent, state -> Metrics.json(state)));
        gets.put(
                "/containers",
                (ctx, agent) ->
                        withSnapshot(ctx, agent, state -> ContainersJson.containers(agent, state, ctx.queryParams())));
        gets.put(
                "/monitor/statistics",
                (ctx, agent) -> withSnapshot(ctx, agent, state -> ContainersJson.statistics(agent, state)));
        gets.put("/files/browse", files::browse);
        gets.put("/files/read", files::read);
        gets.put("/files/download", files::download);
        gets.put("/files/debug", files::debug);
    }

    /** Serves everything below a router. Until {@link #ready} all but /health is 503. */
    public void mount(Router router) {
        router.route().handler(this::handle);
    }

    /** The agent has recovered. */
    public void ready(AgentView agent) {
        view.complete(agent);
    }

    private void handle(RoutingContext ctx) {
        String path = path(ctx.request().path());
        if ("/api/v1".equals(path)) {
            whenReady(ctx, agent -> v1.handle(ctx, agent));
            return;
        }
        BiConsumer<RoutingContext, AgentView> handler = gets.get(path);
        if (handler == null) {
            Replies.error(ctx, 404, "No such path: " + path);
        } else if (!ctx.request().method().equals(HttpMethod.GET)
                && !ctx.request().method().equals(HttpMethod.HEAD)) {
            Replies.methodNotAllowed(ctx, HttpMethod.GET, HttpMethod.HEAD);
        } else if ("/health".equals(path)) {
            Replies.empty(ctx, 200);
        } else {
            whenReady(ctx, agent -> handler.accept(ctx, agent));
        }
    }

    private void whenReady(RoutingContext ctx, Consumer<AgentView> action) {
        AgentView agent = view.getNow(null);
        if (agent == null) {
            Replies.error(ctx, 503, "Agent has not finished recovery");
        } else {
            action.accept(agent);
        }
    }

    /** The path below the process, decoded. */
    static String path(String raw) {
        String decoded = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
        String path = decoded.startsWith(PROCESS + "/") ? decoded.substring(PROCESS.length()) : decoded;
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Renders a snapshot off the event loop and answers with the bytes. */
    private static void withSnapshot(RoutingContext ctx, AgentView agent, Function<AgentSnapshot, Object> render) {
        withState(
                ctx,
                agent,
                snapshot -> blocking(ctx, () -> Json.bytes(render.apply(snapshot)), bytes -> Replies.json(ctx, bytes)));
    }

    /** Takes the agent's state, then goes on, on the request's event loop. */
    static void withState(RoutingContext ctx, AgentView agent, Consumer<AgentSnapshot> action) {
        Context eventLoop = ctx.vertx().getOrCreateContext();
        var unused = agent.snapshots()
                .get()
                .copy()
                .orTimeout(SNAPSHOT_MAX_SECONDS, TimeUnit.SECONDS)
                .handle((state, failure) -> {
                    eventLoop.runOnContext(turn -> {
                        if (failure == null) {
                            action.accept(state);
                        } else {
                            Replies.error(ctx, 503, "The agent does not answer: " + failure);
                        }
                    });
                    return state;
                });
    }

    /** Runs what blocks on a worker thread, and answers on the request's event loop. */
    static <T> void blocking(RoutingContext ctx, Callable<T> work, Consumer<T> answer) {
        ctx.vertx().executeBlocking(work, false).onComplete(done -> {
            if (done.succeeded()) {
                answer.accept(done.result());
            } else if (done.cause() instanceof HttpProblem problem) {
                Replies.error(ctx, problem.status(), problem.getMessage());
            } else {
                LOGGER.error("{} failed", ctx.request().uri(), done.cause());
                Replies.error(ctx, 500, String.valueOf(done.cause().getMessage()));
            }
        });
    }
}
