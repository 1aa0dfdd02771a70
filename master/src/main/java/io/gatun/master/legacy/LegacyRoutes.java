package io.gatun.master.legacy;

import io.gatun.master.MasterContext;
import io.gatun.master.Routes;
import io.gatun.master.operator.FlagValues;
import io.gatun.master.operator.Metrics;
import io.gatun.master.operator.PolicyModel;
import io.gatun.master.runtime.Asking;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.flags.Durations;
import io.gatun.mesos.http.Replies;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The old JSON endpoints, each also under {@code /master}. The {@code *.json} forms are gone, as they are in Mesos since 1.8.
 * Documents are rendered on worker threads.
 */
public final class LegacyRoutes implements Routes {
    private static final String[] PREFIXES = {"", "/master"};

    private final Metrics metrics;

    /** @param metrics what {@code /metrics/snapshot} shows */
    public LegacyRoutes(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void mount(Router router, MasterContext context) {
        state(router, context, "/state", (ctx, state) -> new StateDocument(MasterPage.of(context, state)));
        state(
                router,
                context,
                "/state-summary",
                (ctx, state) -> new StateSummaryDocument(MasterPage.of(context, state)));
        state(router, context, "/slaves", (ctx, state) -> Documents.agents(state, param(ctx, "slave_id")));
        state(router, context, "/frameworks", (ctx, state) -> Documents.frameworks(state, param(ctx, "framework_id")));
        state(
                router,
                context,
                "/tasks",
                (ctx, state) -> new TasksDocument(state, TasksDocument.Query.parse(ctx.queryParams())));
        state(router, context, "/roles", (ctx, state) -> Documents.roles(state));
        state(
                router,
                context,
                "/maintenance/status",
                (ctx, state) -> json -> MesosJson.write(json, PolicyModel.maintenance(state.policy())));
        get(router, "/flags", ctx -> render(ctx, unused -> Documents.flags(FlagValues.of(context.flags()))));
        get(
                router,
                "/version",
                ctx -> render(ctx, unused -> Documents.version(context.info().getVersion())));
        get(router, "/metrics/snapshot", ctx -> render(ctx, this::metrics));
        for (String prefix : PREFIXES) {
            router.route(prefix + "/health").handler(ctx -> Replies.empty(ctx, 200));
        }
    }

    /** What the leader alone answers. */
    private static void state(
            Router router,
            MasterContext context,
            String path,
            BiFunction<RoutingContext, MasterSnapshot, Document> document) {
        get(router, path, ctx -> render(ctx, context, document));
    }

    private static void get(Router router, String path, Handler<RoutingContext> answer) {
        for (String prefix : PREFIXES) {
            router.route(prefix + path).handler(ctx -> {
                HttpMethod method = ctx.request().method();
                if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
                    answer.handle(ctx);
                } else {
                    Replies.methodNotAllowed(ctx, HttpMethod.GET);
                }
            });
        }
    }

    /** Answers with a document of the newest state. */
    static void render(
            RoutingContext ctx, MasterContext context, BiFunction<RoutingContext, MasterSnapshot, Document> document) {
        Asking.read(ctx, context, state -> render(ctx, request -> document.apply(request, state)));
    }

    private static void render(RoutingContext ctx, Function<RoutingContext, Document> document) {
        Document chosen;
        try {
            chosen = document.apply(ctx);
        } catch (IllegalArgumentException e) {
            Replies.error(ctx, 400, e.getMessage());
            return;
        }
        ctx.vertx()
                .executeBlocking(chosen::bytes, false)
                .onSuccess(json -> Replies.json(ctx, json))
                .onFailure(ctx::fail);
    }

    /** The timeout bounds the wait for slow gauges; none of ours is slow, so it is checked and then not needed. */
    private Document metrics(RoutingContext ctx) {
        param(ctx, "timeout").ifPresent(Durations::parse);
        return json -> Documents.metrics(metrics.values()).write(json);
    }

    private static Optional<String> param(RoutingContext ctx, String name) {
        return Optional.ofNullable(ctx.queryParams().get(name));
    }
}
