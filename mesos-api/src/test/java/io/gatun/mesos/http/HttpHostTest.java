package io.gatun.mesos.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.v1.master.Call;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class HttpHostTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static Vertx vertx;
    private static HttpHost host;

    @BeforeAll
    static void listen() {
        vertx = HttpHost.vertx();
        Router router = HttpHost.router(vertx);
        router.get("/small")
                .handler(ctx -> Replies.json(
                        ctx, Call.newBuilder().setType(Call.Type.GET_STATE).build()));
        router.get("/large")
                .handler(ctx -> Replies.json(ctx, ("\"" + "x".repeat(1022) + "\"").getBytes(StandardCharsets.UTF_8)));
        router.get("/fails").handler(ctx -> {
            throw new IllegalStateException("on purpose");
        });
        router.route("/api/v1")
                .handler(ctx -> Replies.bodyMessage(ctx, Call.newBuilder()).ifPresent(type -> Replies.empty(ctx, 202)));
        router.get("/accept")
                .handler(ctx -> Replies.acceptedMessageType(ctx)
                        .ifPresent(type -> Replies.message(
                                ctx,
                                200,
                                type,
                                Call.newBuilder().setType(Call.Type.GET_STATE).build())));
        host = HttpHost.listen(vertx, "127.0.0.1", 0, router);
    }

    @AfterAll
    static void stop() {
        host.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        CLIENT.close();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String contentType, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = request("/api/v1").POST(HttpRequest.BodyPublishers.ofString(body));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        return send(request);
    }

    @Test
    void shouldSayWhichPortIsBusyAndWhatToDo() {
        assertThatThrownBy(() -> HttpHost.listen(vertx, "127.0.0.1", host.port(), Router.router(vertx)))
                .isInstanceOf(StartupException.class)
                .hasMessage("port " + host.port() + " on 127.0.0.1: is busy: another program listens there;"
                        + " stop it, or choose another with --port");
    }

    @Test
    void shouldSayWhenAnAddressIsNotOurs() {
        assertThatThrownBy(() -> HttpHost.listen(vertx, "192.0.2.1", 0, Router.router(vertx)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("port 0 on 192.0.2.1: cannot be listened on: ")
                .hasMessageEndingWith("choose an address of this host and a free port with --ip and --port");
    }

    @Test
    void shouldCompressOnlyLargeResponses() throws Exception {
        assertThat(send(request("/small").header("Accept-Encoding", "gzip"))
                        .headers()
                        .firstValue("content-encoding"))
                .isEmpty();
        assertThat(send(request("/large").header("Accept-Encoding", "gzip"))
                        .headers()
                        .firstValue("content-encoding"))
                .contains("gzip");
        assertThat(send(request("/large")).headers().firstValue("content-encoding"))
                .isEmpty();
    }

    @Test
    void shouldAnswer404ToPathsThatClimb() throws Exception {
        for (String path :
                new String[] {"/../small", "/small/..", "/%2e%2e/small", "/x%2F../small", "/..small", "/%zz"}) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), host.port())) {
                socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.UTF_8));
                String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(reply).as(path).contains(" 404 ");
            }
        }
    }

    @Test
    void shouldWrapJsonForJsonp() throws Exception {
        HttpResponse<String> wrapped = send(request("/small?jsonp=cb.x"));
        assertThat(wrapped.body()).isEqualTo("cb.x({\"type\":\"GET_STATE\"});");
        assertThat(wrapped.headers().firstValue("content-type")).contains("text/javascript");
        assertThat(send(request("/small?jsonp=alert(1)//")).statusCode()).isEqualTo(400);
    }

    @Test
    void shouldCheckMethodTypeAndBodyOfCalls() throws Exception {
        assertThat(post("application/json; charset=utf-8", "{\"type\":\"GET_STATE\"}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(post("application/recordio", "x").statusCode()).isEqualTo(415);
        assertThat(post("text/plain", "x").body())
                .isEqualTo("Expecting 'Content-Type' of application/json or application/x-protobuf");
        assertThat(post(null, "x"))
                .satisfies(reply -> assertThat(reply.statusCode()).isEqualTo(400))
                .satisfies(reply -> assertThat(reply.body()).isEqualTo("Expecting 'Content-Type' to be present"));
        assertThat(post("application/json", "{\"type\":7}").body())
                .isEqualTo("Failed to parse body into Call protobuf: "
                        + "type: 7 must be a name of mesos.v1.master.Call.Type");
        HttpResponse<String> get = send(request("/api/v1"));
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("allow")).contains("POST");
    }

    @Test
    void shouldNegotiateTheAnswer() throws Exception {
        assertThat(send(request("/accept")).headers().firstValue("content-type"))
                .contains("application/json");
        assertThat(send(request("/accept").header("Accept", "application/x-protobuf"))
                        .headers()
                        .firstValue("content-type"))
                .contains("application/x-protobuf");
        assertThat(send(request("/accept").header("Accept", "text/html")).statusCode())
                .isEqualTo(406);
    }

    @Test
    void shouldAnswer500WithTheReasonWhenAHandlerThrows() throws Exception {
        HttpResponse<String> reply = send(request("/fails"));
        assertThat(reply.statusCode()).isEqualTo(500);
        assertThat(reply.body()).contains("on purpose");
    }
}
