package io.gatun.marathon.api;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;

/** Hands requests to the Marathon that leads, as Marathon does: clients need not know which one that is. */
final class LeaderProxy {
    private static final String VIA = "X-Marathon-Via";
    /** Marathon's --leader_proxy_connection_timeout and --leader_proxy_read_timeout. */
    private static final int CONNECT_MS = 5_000;

    private static final int READ_MS = 10_000;
    /** Headers of one connection, not of the message (RFC 9110, 7.6.1); the length is set anew. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "host");

    private final HttpClient client;
    private final String self;

    LeaderProxy(Vertx vertx, String self) {
        this.client = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(CONNECT_MS));
        this.self = self;
    }

    /**
     * Forwards a request whose body has been read.
     *
     * @param leader {@code host:port}
     */
    void forward(RoutingContext ctx, String leader) {
        if (ctx.request().headers().contains(VIA, self, false) || leader.equals(self)) {
            error(ctx, "Detected proxying loop.");
            return;
        }
        int colon = leader.lastIndexOf(':');
        Buffer body = ctx.body().buffer();
        RequestOptions options = new RequestOptions()
                .setMethod(ctx.request().method())
                .setHost(leader.substring(0, colon))
                .setPort(Integer.parseInt(leader.substring(colon + 1)))
                .setURI(ctx.request().uri())
                .setIdleTimeout(READ_MS);
        client.request(options)
                .compose(request -> {
                    copy(ctx.request().headers(), request.headers());
                    request.headers().add(VIA, self);
                    request.headers()
                            .add(
                                    "X-Forwarded-For",
                                    ctx.request().remoteAddress().host());
                    return request.send(body == null ? Buffer.buffer() : body);
                })
                .compose(response -> response.body().onSuccess(bytes -> answer(ctx, response, bytes)))
                .onFailure(e ->
                        error(ctx, "Failed to successfully establish a connection to the leader: " + e.getMessage()));
    }

    private static void answer(RoutingContext ctx, HttpClientResponse from, Buffer body) {
        HttpServerResponse to = ctx.response().setStatusCode(from.statusCode());
        copy(from.headers(), to.headers());
        to.end(body);
    }

    private static void copy(MultiMap from, MultiMap to) {
        from.forEach((name, value) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                to.add(name, value);
            }
        });
    }

    private static void error(RoutingContext ctx, String message) {
        if (!ctx.response().ended()) {
            ApiServer.write(ctx, Answer.message(502, message));
        }
    }
}
