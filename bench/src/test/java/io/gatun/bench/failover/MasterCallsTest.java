package io.gatun.bench.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.gatun.bench.failover.MasterCalls.Answer;
import io.gatun.bench.failover.MasterCalls.Outcome;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.v1.WeightInfo;
import io.gatun.mesos.v1.master.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a call counts as done, as never done, or as neither: what the check of a history stands on. */
@Timeout(300)
class MasterCallsTest {
    private final MasterCalls calls = new MasterCalls(Duration.ofSeconds(60));
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;
    private URI master;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        master = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void shouldReadWeights() {
        Response response = Response.newBuilder()
                .setType(Response.Type.GET_WEIGHTS)
                .setGetWeights(Response.GetWeights.newBuilder()
                        .addWeightInfos(WeightInfo.newBuilder().setRole("a").setWeight(7)))
                .build();
        answer(200, MediaType.PROTOBUF.encode(response), Optional.empty());
        assertThat(calls.read(master, "a", 0).value()).hasValue(7);
        assertThat(calls.read(master, "b", 0).value()).hasValue(0);
    }

    @Test
    void shouldCountARedirectAsRefused() {
        answer(307, new byte[0], Optional.of("//10.77.0.3:5050/api/v1"));
        Answer redirected = calls.write(master, "a", 2);
        assertThat(redirected.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(redirected.leader().orElseThrow().getAuthority()).isEqualTo("10.77.0.3:5050");
    }

    @Test
    void shouldCountTheGateAsRefusedAndOtherFailuresAsUnknown() {
        answer(503, text("No leader elected"), Optional.empty());
        assertThat(calls.write(master, "a", 2).outcome()).isEqualTo(Outcome.REFUSED);
        server.removeContext("/api/v1");
        answer(503, text("Master is too busy, or no longer leads: try again"), Optional.empty());
        assertThat(calls.write(master, "a", 2).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void shouldCountSilenceAsUnknownAndNobodyThereAsRefused() {
        MasterCalls impatient = new MasterCalls(Duration.ofMillis(200));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        server.createContext("/api/v1", exchange -> {
            asked.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Answer silence;
        do {
            silence = impatient.write(master, "a", 2);
        } while (asked.getCount() > 0); // until then it had no connection in time
        assertThat(silence.outcome()).isEqualTo(Outcome.UNKNOWN);
        end.countDown();
        server.stop(0);
        assertThat(calls.write(master, "a", 2).outcome()).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void shouldFailWhereTheCallItselfIsWrong() {
        answer(400, text("no such thing"), Optional.empty());
        assertThatThrownBy(() -> calls.write(master, "a", 2))
                .hasMessageContaining("UPDATE_WEIGHTS")
                .hasMessageContaining("400: no such thing");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void answer(int status, byte[] body, Optional<String> location) {
        server.createContext("/api/v1", exchange -> {
            location.ifPresent(to -> exchange.getResponseHeaders().add("Location", to));
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }
}
