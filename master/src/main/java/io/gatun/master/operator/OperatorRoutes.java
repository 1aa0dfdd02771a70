package io.gatun.master.operator;

import io.gatun.master.MasterContext;
import io.gatun.master.Routes;
import io.vertx.ext.web.Router;

/** The operator API under both of its names. */
public final class OperatorRoutes implements Routes {
    private final EventHub hub;
    private final Metrics metrics;

    /** @param hub to be told of this master's events as its {@link io.gatun.master.OperatorSink} */
    public OperatorRoutes(EventHub hub, Metrics metrics) {
        this.hub = hub;
        this.metrics = metrics;
    }

    @Override
    public void mount(Router router, MasterContext context) {
        OperatorApi api = new OperatorApi(context, new OperatorCalls(context, metrics), new EventStreams(hub, context));
        router.route("/api/v1").handler(api);
        router.route("/master/api/v1").handler(api);
    }
}
