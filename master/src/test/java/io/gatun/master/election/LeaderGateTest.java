package io.gatun.master.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.v1.MasterInfo;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a real server. */
class LeaderGateTest {
    private static final MasterInfo SELF = info("self", "here", 5050);
    private static final MasterInfo OTHER = info("other", "there", 5060);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile Optional<MasterInfo> leader = Optional.empty();
    private volatile boolean leading;
    private volatile boolean recovered;
    private HttpServer server;

    @BeforeEach
    void start() {
        Router router = Router.router(vertx);
        LeaderGate gate = new LeaderGate(leadership(), SELF, () -> recovered);
        router.route().handler(gate);
        router.route("/redirect").handler(gate::redirectToLeader);
        router.route().handler(ctx -> ctx.end("passed " + ctx.normalizedPath()));
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @AfterEach
    void stop() {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldRedirectToTheLeaderWithPathAndQuery() throws Exception {
        leader = Optional.of(OTHER);
        HttpResponse<String> response = post("/api/v1/scheduler?a=%2Fb&c=d");
        assertThat(response.statusCode()).isEqualTo(307);
        assertThat(response.headers().firstValue("Location")).contains("//there:5060/api/v1/scheduler?a=%2Fb&c=d");
    }

    @Test
    void shouldAnswer503WithoutALeader() throws Exception {
        assertThat(get("/state").statusCode()).isEqualTo(503);
        assertThat(get("/state").body()).isEqualTo("No leader elected");
        assertThat(get("/redirect").statusCode()).isEqualTo(503);
    }

    @Test
    void shouldNotRedirectToItselfWhileItsOldZnodeIsTheLowest() throws Exception {
        leader = Optional.of(SELF);
        assertThat(get("/state").statusCode()).isEqualTo(503);
    }

    @Test
    void shouldAnswer503UntilTheRegistryIsRead() throws Exception {
        leader = Optional.of(SELF);
        leading = true;
        assertThat(get("/state").statusCode()).isEqualTo(503);
        assertThat(get("/state").body()).isEqualTo("Master has not finished recovery");
        recovered = true;
        assertThat(get("/state").body()).isEqualTo("passed /state");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/health",
                "/flags",
                "/metrics/snapshot",
                "/files/read",
                "/version",
                "/master/health",
                "/master/flags",
                "/master/metrics/snapshot",
                "/master/files/browse",
                "/master/version"
            })
    void shouldLetPassEverywhereWhatTellsOfOneProcess(String path) throws Exception {
        assertThat(get(path).body()).isEqualTo("passed " + path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/healthy", "/files", "/master/files", "/slaves", "/master/master/health", "/metrics"})
    void shouldNotLetPassAnythingElse(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(503);
    }

    @Test
    void shouldRedirectToTheRootOfTheLeaderEvenOnTheLeader() throws Exception {
        leader = Optional.of(SELF);
        leading = true;
        HttpResponse<String> response = get("/redirect");
        assertThat(response.statusCode()).isEqualTo(307);
        assertThat(response.headers().firstValue("Location")).contains("//here:5050");
    }

    @Test
    void shouldNotRedirectWhereTheRequestTargetWouldNameAnotherHost() throws Exception {
        leader = Optional.of(OTHER);
        assertThat(statusLineOf("GET @evil.example/ HTTP/1.1")).contains(" 404 ");
    }

    @Test
    void shouldBracketAnIpv6Host() {
        assertThat(LeaderGate.authority(info("x", "fd00::1", 5050))).isEqualTo("//[fd00::1]:5050");
    }

    private Leadership leadership() {
        return new Leadership() {
            @Override
            public void contend(Candidate candidate) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void leads(boolean leads) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Optional<MasterInfo> leader() {
                return leader;
            }

            @Override
            public boolean leading() {
                return leading;
            }

            @Override
            public void close() {
                leading = false;
            }
        };
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(path))
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    private String statusLineOf(String requestLine) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            socket.getOutputStream()
                    .write((requestLine + "\r\nHost: a\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            return reader.readLine();
        }
    }

    private static MasterInfo info(String id, String hostname, int port) {
        return MasterInfo.newBuilder()
                .setId(id)
                .setIp(16777343)
                .setPort(port)
                .setHostname(hostname)
                .build();
    }
}
