package io.gatun.marathon;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;

/** The service scheduler as a role: an API, a framework of the master, and its memory in ZooKeeper. */
public final class Marathon implements AutoCloseable {
    private final Vertx vertx;
    private final HttpServer server;

    private Marathon(Vertx vertx, HttpServer server) {
        this.vertx = vertx;
        this.server = server;
    }

    /** Starts Marathon; returns when its API answers. */
    public static Marathon launch(MarathonFlags flags) {
        Vertx vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        router.get("/ping")
                .handler(ctx -> ctx.response()
                        .putHeader("Content-Type", "text/plain; charset=utf-8")
                        .end("pong"));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(flags.httpPort, flags.httpAddress)
                .await();
        return new Marathon(vertx, server);
    }

    /** The port that the API listens on. */
    public int port() {
        return server.actualPort();
    }

    /** Stops within 2 s. Tasks go on running and the desired state stays in ZooKeeper. */
    @Override
    public void close() {
        vertx.close().await();
    }
}
