package io.gatun.master.election;

import io.gatun.mesos.v1.MasterInfo;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Lets requests pass on the leading master only. Any other answers 307 to the leader with the same path and query, or
 * 503 while there is none; the leader itself answers 503 until it has read its registry. The few endpoints that tell of
 * one process rather than of the cluster pass everywhere.
 */
public final class LeaderGate implements Handler<RoutingContext> {
    private static final Set<String> EVERYWHERE =
            Set.of("/health", "/flags", "/log", "/redirect", "/metrics/snapshot", "/version");
    private static final String FILES = "/files/";
    private static final String MASTER = "/master";

    private final Leadership leadership;
    private final MasterInfo self;
    private final BooleanSupplier recovered;

    /** @param recovered whether this master, when it leads, has read its registry */
    public LeaderGate(Leadership leadership, MasterInfo self, BooleanSupplier recovered) {
        this.leadership = leadership;
        this.self = self;
        this.recovered = recovered;
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (passesEverywhere(ctx.normalizedPath())) {
            ctx.next();
        } else if (!leadership.leading()) {
            redirect(ctx);
        } else if (!recovered.getAsBoolean()) {
            unavailable(ctx, "Master has not finished recovery");
        } else {
            ctx.next();
        }
    }

    /** {@code /redirect}: 307 to the leader's root, also when that is this master. */
    public void redirectToLeader(RoutingContext ctx) {
        Optional<MasterInfo> leader = leadership.leader();
        if (leader.isEmpty()) {
            unavailable(ctx, "No leader elected");
        } else {
            temporaryRedirect(ctx, authority(leader.get()));
        }
    }

    private void redirect(RoutingContext ctx) {
        // A znode of this master's lost session may still be the lowest: a redirect would come back here for ever.
        Optional<MasterInfo> leader =
                leadership.leader().filter(info -> !info.getId().equals(self.getId()));
        String path = ctx.request().path();
        String query = ctx.request().query();
        if (leader.isEmpty()) {
            unavailable(ctx, "No leader elected");
        } else {
            temporaryRedirect(ctx, authority(leader.get()) + path + (query == null ? "" : "?" + query));
        }
    }

    /** Protocol-relative, as Mesos has it: {@code //host:port}. */
    static String authority(MasterInfo leader) {
        String host = leader.hasHostname()
                ? leader.getHostname()
                : leader.getAddress().getIp();
        boolean ipv6 = host.indexOf(':') >= 0;
        return "//" + (ipv6 ? "[" + host + "]" : host) + ":" + leader.getPort();
    }

    static boolean passesEverywhere(String path) {
        String local = path.startsWith(MASTER + "/") ? path.substring(MASTER.length()) : path;
        return EVERYWHERE.contains(local) || local.startsWith(FILES);
    }

    private static void temporaryRedirect(RoutingContext ctx, String location) {
        HttpServerResponse response = ctx.response();
        response.setStatusCode(307).putHeader(HttpHeaders.LOCATION, location).end();
    }

    private static void unavailable(RoutingContext ctx, String text) {
        ctx.response()
                .setStatusCode(503)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .end(text);
    }
}
