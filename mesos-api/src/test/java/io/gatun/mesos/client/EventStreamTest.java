package io.gatun.mesos.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class EventStreamTest {
    private static final long ANSWER_MS = 300;
    private static final int ATTEMPTS = 20;

    private ServerSocket server;

    private static final class Told implements EventStream.Listener<Event> {
        final CompletableFuture<String> connected = new CompletableFuture<>();
        final CompletableFuture<Throwable> closed = new CompletableFuture<>();

        @Override
        public void connected(URI endpoint, String streamId) {
            connected.complete(streamId);
        }

        @Override
        public void event(Event event) {
            throw new AssertionError(event);
        }

        @Override
        public void closed(Throwable causeOrNull) {
            closed.complete(causeOrNull);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private EventStream<Event> open(Told told) {
        return EventStream.open(
                URI.create("http://127.0.0.1:" + server.getLocalPort() + "/api/v1/scheduler"),
                MediaType.PROTOBUF,
                Call.newBuilder().setType(Call.Type.SUBSCRIBE).build(),
                Event.getDefaultInstance(),
                told,
                ANSWER_MS);
    }

    /** So does a master that is stopped: nobody accepts, and the kernel takes the request all the same. */
    @Test
    void shouldNotWaitForeverForAnAnswer() throws Exception {
        Told told = new Told();
        try (var _ = open(told)) {
            assertThat(told.closed.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no answer within 300 ms");
            assertThat(told.connected).isNotDone();
        }
    }

    /** On a machine that stands still the answer itself may come too late, and the stream ends: then there is another. */
    @Test
    void shouldWaitForEventsAsLongAsItTakes() throws Exception {
        server.setSoTimeout(1_000);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Told told = new Told();
            try (var _ = open(told);
                    Socket peer = server.accept()) {
                String head = String.join(
                        "\r\n",
                        "HTTP/1.1 200 OK",
                        "Content-Type: application/x-protobuf",
                        "Mesos-Stream-Id: one",
                        "Transfer-Encoding: chunked",
                        "",
                        "");
                peer.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                CompletableFuture.anyOf(told.connected, told.closed).get(60, TimeUnit.SECONDS);
                if (told.connected.isDone()) {
                    assertThat(told.connected).isCompletedWithValue("one");
                    Thread.sleep(3 * ANSWER_MS); // longer than an answer may take to begin
                    assertThat(told.closed).isNotDone();
                    return;
                }
            } catch (SocketTimeoutException | SocketException e) {
                assertThat(told.closed).as("%s", e).succeedsWithin(60, TimeUnit.SECONDS);
            }
        }
        fail("no answer came in time in %d attempts", ATTEMPTS);
    }
}
