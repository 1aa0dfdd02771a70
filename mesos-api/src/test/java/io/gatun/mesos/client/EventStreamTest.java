package io.gatun.mesos.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class EventStreamTest {
    private static final long ANSWER_MS = 300;

    private ServerSocket server;
    private final CompletableFuture<String> connected = new CompletableFuture<>();
    private final CompletableFuture<Throwable> closed = new CompletableFuture<>();

    private final class Told implements EventStream.Listener<Event> {
        @Override
        public void connected(String streamId) {
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

    private EventStream<Event> open() {
        return EventStream.open(
                URI.create("http://127.0.0.1:" + server.getLocalPort() + "/api/v1/scheduler"),
                MediaType.PROTOBUF,
                Call.newBuilder().setType(Call.Type.SUBSCRIBE).build(),
                Event.getDefaultInstance(),
                new Told(),
                ANSWER_MS);
    }

    /** So does a master that is stopped: nobody accepts, and the kernel takes the request all the same. */
    @Test
    void shouldNotWaitForeverForAnAnswer() throws Exception {
        try (var _ = open()) {
            assertThat(closed.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no answer within 300 ms");
            assertThat(connected).isNotDone();
        }
    }

    @Test
    void shouldWaitForEventsAsLongAsItTakes() throws Exception {
        try (var _ = open();
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
            assertThat(connected.get(20, TimeUnit.SECONDS)).isEqualTo("one");
            Thread.sleep(3 * ANSWER_MS); // longer than an answer may take to begin
            assertThat(closed).isNotDone();
        }
    }
}
