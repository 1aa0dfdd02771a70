package io.gatun.mesos.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.client.CallClient;
import io.gatun.mesos.client.CallResult;
import io.gatun.mesos.client.EventStream;
import io.gatun.mesos.client.UnexpectedStatusException;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StreamWriterTest {
    private static final Call CALL =
            Call.newBuilder().setType(Call.Type.SUBSCRIBE).build();
    private static final Event HEARTBEAT =
            Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
    private static final int MAX_QUEUED_BYTES = 1 << 20;

    private static final BlockingQueue<StreamWriter> WRITERS = new LinkedBlockingQueue<>();
    private static Vertx vertx;
    private static HttpHost host;

    @BeforeAll
    static void listen() {
        vertx = HttpHost.vertx();
        Router router = HttpHost.router(vertx);
        router.post("/stream")
                .handler(ctx -> Replies.bodyMessage(ctx, Call.newBuilder()).ifPresent(type -> {
                    ctx.response().putHeader("Mesos-Stream-Id", "s-1");
                    WRITERS.add(new StreamWriter(ctx, type, MAX_QUEUED_BYTES));
                }));
        router.post("/moved")
                .handler(ctx -> ctx.response()
                        .setStatusCode(307)
                        .putHeader("Location", "//127.0.0.1:" + host.port() + "/stream")
                        .end());
        router.post("/loop")
                .handler(ctx -> ctx.response()
                        .setStatusCode(307)
                        .putHeader("Location", "/loop")
                        .end());
        router.post("/refused").handler(ctx -> Replies.error(ctx, 503, "No leader elected"));
        host = HttpHost.listen(vertx, "127.0.0.1", 0, router);
    }

    @AfterAll
    static void stop() {
        host.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + host.port() + path);
    }

    private static StreamWriter writer() throws InterruptedException {
        StreamWriter writer = WRITERS.poll(60, TimeUnit.SECONDS);
        assertThat(writer).as("a stream was opened").isNotNull();
        return writer;
    }

    /** Notes what it hears as texts. */
    private static final class Heard implements EventStream.Listener<Event> {
        private final BlockingQueue<String> all = new LinkedBlockingQueue<>();
        private volatile Throwable cause;

        @Override
        public void connected(URI endpoint, String streamId) {
            all.add("connected " + streamId + " " + endpoint.getPath());
        }

        @Override
        public void event(Event event) {
            all.add(
                    event.hasError()
                            ? event.getError().getMessage()
                            : event.getType().name());
        }

        @Override
        public void closed(Throwable causeOrNull) {
            cause = causeOrNull;
            all.add("closed" + (causeOrNull == null ? "" : " " + causeOrNull.getMessage()));
        }

        String next() throws InterruptedException {
            return all.poll(60, TimeUnit.SECONDS);
        }
    }

    private static Event error(String text) {
        return Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage(text))
                .build();
    }

    @ParameterizedTest
    @EnumSource(
            value = MediaType.class,
            names = {"JSON", "PROTOBUF"})
    void shouldDeliverEventsInOrderAndEndProperly(MediaType type) throws InterruptedException {
        Heard heard = new Heard();
        try (EventStream<Event> _ = EventStream.open(uri("/moved"), type, CALL, Event.getDefaultInstance(), heard)) {
            StreamWriter writer = writer();
            AtomicInteger closes = new AtomicInteger();
            writer.onClose(closes::incrementAndGet);
            assertThat(writer.type()).isEqualTo(type);
            EncodedMessage shared = new EncodedMessage(HEARTBEAT);
            writer.send(shared);
            for (int i = 0; i < 1000; i++) {
                writer.send(error("e" + i));
            }
            writer.close();
            writer.send(shared);
            assertThat(heard.next()).isEqualTo("connected s-1 /stream");
            assertThat(heard.next()).isEqualTo("HEARTBEAT");
            for (int i = 0; i < 1000; i++) {
                assertThat(heard.next()).isEqualTo("e" + i);
            }
            assertThat(heard.next()).isEqualTo("closed");
            assertThat(heard.cause).isNull();
            // The reader may hear of the end before the server's own handler was called.
            for (int i = 0; i < 6000 && closes.get() == 0; i++) {
                Thread.sleep(10);
            }
            assertThat(closes).hasValue(1);
            AtomicInteger late = new AtomicInteger();
            writer.onClose(late::incrementAndGet);
            assertThat(late).hasValue(1);
        }
    }

    @Test
    void shouldTellTheServerOnceWhenTheReaderLeaves() throws InterruptedException {
        Heard heard = new Heard();
        EventStream<Event> stream =
                EventStream.open(uri("/stream"), MediaType.JSON, CALL, Event.getDefaultInstance(), heard);
        StreamWriter writer = writer();
        BlockingQueue<String> closes = new LinkedBlockingQueue<>();
        writer.onClose(() -> closes.add("closed"));
        writer.heartbeat(HEARTBEAT, Duration.ofMillis(20));
        assertThat(heard.next()).isEqualTo("connected s-1 /stream");
        assertThat(heard.next()).isEqualTo("HEARTBEAT");
        assertThat(heard.next()).isEqualTo("HEARTBEAT");
        stream.close();
        stream.close();
        assertThat(closes.poll(60, TimeUnit.SECONDS)).isEqualTo("closed");
        assertThat(closes.poll(100, TimeUnit.MILLISECONDS)).isNull();
        assertThat(writer.closed()).isTrue();
        String last = heard.next();
        while ("HEARTBEAT".equals(last)) {
            last = heard.next();
        }
        assertThat(last).isEqualTo("closed");
    }

    @Test
    void shouldCutOffAReaderThatDoesNotRead() throws Exception {
        String body = "{\"type\":\"SUBSCRIBE\"}";
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), host.port()));
            socket.getOutputStream()
                    .write(("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            StreamWriter writer = writer();
            BlockingQueue<String> closes = new LinkedBlockingQueue<>();
            writer.onClose(() -> closes.add("closed"));
            Event large = error("x".repeat(64 * 1024));
            int sent = 0;
            while (!writer.closed() && sent < 10_000) {
                writer.send(large);
                sent++;
            }
            assertThat(writer.closed()).as("after %d records", sent).isTrue();
            assertThat(closes.poll(60, TimeUnit.SECONDS)).isEqualTo("closed");
        }
    }

    @Test
    void shouldNotCompressStreams() throws Exception {
        String body = "{\"type\":\"SUBSCRIBE\"}";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), host.port())) {
            socket.getOutputStream()
                    .write(("POST /stream HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n"
                                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                    + body)
                            .getBytes(StandardCharsets.UTF_8));
            StreamWriter writer = writer();
            writer.send(HEARTBEAT);
            writer.close();
            StringBuilder reply = new StringBuilder();
            byte[] buffer = new byte[4096];
            while (!reply.toString().endsWith("\r\n0\r\n\r\n")) {
                int count = socket.getInputStream().read(buffer);
                assertThat(count).as("more of %s", reply).isPositive();
                reply.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            }
            assertThat(reply.toString().toLowerCase(java.util.Locale.ROOT))
                    .contains("transfer-encoding: chunked", "content-type: application/json")
                    .doesNotContain("content-encoding: gzip")
                    .contains("20\n{\"type\":\"heartbeat\"}");
        }
    }

    @Test
    void shouldReportRefusalsWithStatusAndText() throws InterruptedException {
        Heard heard = new Heard();
        EventStream.open(uri("/refused"), MediaType.JSON, CALL, Event.getDefaultInstance(), heard);
        assertThat(heard.next()).isEqualTo("closed POST " + uri("/refused") + ": status 503: No leader elected");
        assertThat(heard.cause)
                .isInstanceOfSatisfying(
                        UnexpectedStatusException.class,
                        e -> assertThat(e.status()).isEqualTo(503));
        Heard loop = new Heard();
        EventStream.open(uri("/loop"), MediaType.JSON, CALL, Event.getDefaultInstance(), loop);
        assertThat(loop.next()).isEqualTo("closed POST " + uri("/loop") + ": more than 5 redirects");
    }

    @Test
    void shouldReturnStatusBodyAndLocationOfCalls() {
        CallClient client = new CallClient();
        CallResult moved = client.post(uri("/moved"), MediaType.PROTOBUF, CALL, Optional.of("s"))
                .join();
        assertThat(moved.status()).isEqualTo(307);
        assertThat(moved.location()).isEqualTo("//127.0.0.1:" + host.port() + "/stream");
        CallResult refused = client.post(uri("/refused"), MediaType.JSON, CALL, Optional.empty())
                .join();
        assertThat(refused.ok()).isFalse();
        assertThat(refused.text()).isEqualTo("No leader elected");
    }
}
