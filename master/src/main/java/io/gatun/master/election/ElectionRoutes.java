package io.gatun.master.election;

import io.gatun.master.MasterContext;
import io.gatun.master.Routes;
import io.vertx.ext.web.Router;

/** {@code /redirect}, and the gate before everything that only the leader answers. Mounted before all other routes. */
public final class ElectionRoutes implements Routes {
    @Override
    public void mount(Router router, MasterContext context) {
        LeaderGate gate = new LeaderGate(context.leadership(), context.info(), context::recovered);
        router.route().handler(gate);
        for (String path : new String[] {"/redirect", "/master/redirect"}) {
            router.route(path).handler(gate::redirectToLeader);
            // Not below it: a redirect of a redirect has no meaning (Mesos answers 404, too).
            router.route(path + "/*").handler(ctx -> ctx.fail(404));
        }
    }
}
