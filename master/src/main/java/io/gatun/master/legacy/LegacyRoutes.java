package io.gatun.master.legacy;

import io.gatun.master.MasterContext;
import io.gatun.master.Routes;
import io.gatun.master.operator.FlagValues;
import io.gatun.master.operator.Metrics;
import io.gatun.master.operator.PolicyModel;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.flags.Durations;
import io.gatun.mesos.http.Replies;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
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
        get(router, "/state", ctx -> new StateDocument(MasterPage.of(context)));
        get(router, "/state-summary", ctx -> new StateSummaryDocument(MasterPage.of(context)));
        get(router, "/slaves", ctx -> Documents.agents(context.snapshot().get(), param(ctx, "slave_id")));
        get(
                router,
                "/frameworks",
                ctx -> Documents.frameworks(context.snapshot().get(), param(ctx, "framework_id")));
        get(
                router,
                "/tasks",
                ctx -> new TasksDocument(context.snapshot().get(), TasksDocument.Query.parse(ctx.queryParams())));
        get(router, "/roles", ctx -> Documents.roles(context.snapshot().get()));
        get(
                router,
                "/maintenance/status",
                ctx -> json -> MesosJson.write(
                        json, PolicyModel.maintenance(context.snapshot().get().policy())));
        get(router, "/flags", ctx -> Documents.flags(FlagValues.of(context.flags())));
        get(router, "/version", ctx -> Documents.version(context.info().getVersion()));
        get(router, "/metrics/snapshot", this::metrics);
        for (String prefix : PREFIXES) {
            router.route(prefix + "/health").handler(ctx -> Replies.empty(ctx, 200));
        }
    }

    private static void get(Router router, String path, Function<RoutingContext, Document> document) {
        for (String prefix : PREFIXES) {
            router.route(prefix + path).handler(ctx -> {
                HttpMethod method = ctx.request().method();
                if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
                    render(ctx, document);
                } else {
                    Replies.methodNotAllowed(ctx, HttpMethod.GET);
                }
            });
        }
    }

    static void render(RoutingContext ctx, Function<RoutingContext, Document> document) {
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
