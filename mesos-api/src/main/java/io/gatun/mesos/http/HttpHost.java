package io.gatun.mesos.http;

import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.flags.StartupException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listening HTTP server: gzip for whole responses of at least 1,024 bytes when the client accepts it, 404 for paths with
 * {@code /..}, and a start that succeeds or says why not.
 */
public final class HttpHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpHost.class);

    /** Libprocess' threshold for gzip. */
    private static final int GZIP_MIN_BYTES = 1024;

    /** Task data and agent snapshots may be large; anything beyond this is a mistake or an attack. */
    private static final long MAX_BODY_BYTES = 256L << 20;

    private static final Duration LIFECYCLE_TIMEOUT = Duration.ofSeconds(10);

    private final HttpServer server;

    private HttpHost(HttpServer server) {
        this.server = server;
    }

    /** A Vert.x on epoll where the platform has it, without the cache directory that Vert.x makes by default. */
    public static Vertx vertx() {
        return Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }

    /**
     * A router that reads bodies (and form parameters) of up to 256 MiB before the handlers run, but for those of type
     * application/recordio, which handlers read as they come; and answers 500 with one
     * line when a handler throws.
     */
    public static Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        BodyHandler whole = BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES);
        router.route().handler(ctx -> {
            if (streams(ctx)) {
                ctx.next();
            } else {
                whole.handle(ctx);
            }
        });
        router.errorHandler(500, HttpHost::internalError);
        return router;
    }

    /** Whether the body is a stream that need not end before it is answered. */
    private static boolean streams(RoutingContext ctx) {
        return MediaType.parse(ctx.request().getHeader(HttpHeaders.CONTENT_TYPE))
                .filter(type -> type == MediaType.RECORDIO)
                .isPresent();
    }

    /**
     * Starts listening; blocks until it does. Not to be called from an event loop.
     *
     * @param ip address to bind, such as 127.0.0.1
     * @param port 0 picks a free one
     * @throws StartupException if the port is busy or the address cannot be bound
     */
    public static HttpHost listen(Vertx vertx, String ip, int port, Router router) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(ip)
                .setPort(port)
                // Mesos speaks HTTP/1.1: an upgrade to HTTP/2 would take the chunked encoding away that clients check.
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(true)
                .setCompressionContentSizeThreshold(GZIP_MIN_BYTES);
        HttpServer server = vertx.createHttpServer(options).requestHandler(guarded(router));
        try {
            server.listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LIFECYCLE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw refused(ip, port, e.getCause());
        } catch (TimeoutException e) {
            throw refused(ip, port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(ip, port, e);
        }
        return new HttpHost(server);
    }

    /** The port listened on. */
    public int port() {
        return server.actualPort();
    }

    /** Closes the port and all connections; when it returns the port is free, unless that has taken more than 10 s. */
    @Override
    public void close() {
        try {
            server.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(LIFECYCLE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            LOG.warn(
                    "the HTTP server on port {} did not close cleanly: {}",
                    port(),
                    e.getCause().toString());
        }
    }

    private static Handler<HttpServerRequest> guarded(Router router) {
        return request -> {
            if (climbs(request.path())) {
                request.response().setStatusCode(404).end();
            } else {
                router.handle(request);
            }
        };
    }

    /** Whether the path, decoded, contains {@code /..}: libprocess answers 404 to those, names like {@code /..x} included. */
    private static boolean climbs(String path) {
        if (path == null) {
            return true;
        }
        if (path.contains("/..")) {
            return true;
        }
        if (path.indexOf('%') < 0) {
            return false;
        }
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8)
                    .contains("/..");
        } catch (IllegalArgumentException e) {
            // An invalid escape names nothing.
            return true;
        }
    }

    private static void internalError(RoutingContext ctx) {
        LOG.error("{} {} failed", ctx.request().method(), ctx.request().path(), ctx.failure());
        if (!ctx.response().headWritten()) {
            Replies.error(ctx, 500, "Internal error: " + ctx.failure());
        } else {
            ctx.request().connection().close();
        }
    }

    private static StartupException refused(String ip, int port, Throwable cause) {
        String what = "port " + port + " on " + ip;
        String text = String.valueOf(cause.getMessage());
        // With epoll this is no BindException, but carries the same text.
        if (text.contains("in use")) {
            return new StartupException(
                    what, "is busy: another program listens there", "stop it, or choose another with --port", cause);
        }
        String todo = text.contains("denied")
                ? "ports below 1024 need root; choose another with --port"
                : "choose an address of this host and a free port with --ip and --port";
        return new StartupException(what, "cannot be listened on: " + text, todo, cause);
    }
}
