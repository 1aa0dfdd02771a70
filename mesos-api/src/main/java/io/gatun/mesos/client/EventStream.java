package io.gatun.mesos.client;

import com.google.protobuf.Message;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.codec.RecordIo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription: one POST whose response is an endless stream of RecordIO records. Follows redirects to the leader. All
 * callbacks come on one daemon thread of this stream's own, in order: {@code connected} at most once, then events, and
 * {@code closed} exactly once at the end.
 *
 * @param <E> type of the events
 */
public final class EventStream<E extends Message> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    private static final int MAX_REDIRECTS = 5;
    /** Masters answer a subscription when it is in their registry, some milliseconds later. */
    private static final long ANSWER_MS = 10_000;

    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final int READ_BYTES = 64 * 1024;

    /** A snapshot of a large cluster is one record. */
    private static final int MAX_RECORD_BYTES = 512 << 20;

    private static final AtomicLong STREAMS = new AtomicLong();

    /** What a subscriber hears. An exception out of these ends the stream and is handed to {@link #closed}. */
    public interface Listener<E> {
        /**
         * A server accepted.
         *
         * @param endpoint the one that did, after redirects: what belongs to this subscription is to be told there
         * @param streamIdOrNull its {@code Mesos-Stream-Id}, null if it sent none
         */
        void connected(URI endpoint, String streamIdOrNull);

        /** The next event. */
        void event(E event);

        /**
         * The stream is over.
         *
         * @param causeOrNull null if the server ended it properly or it was closed here; {@link UnexpectedStatusException} if
         *     the server refused
         */
        void closed(Throwable causeOrNull);
    }

    private final MediaType type;
    private final byte[] call;
    private final E prototype;
    private final Listener<E> listener;
    private final Thread thread;
    private final long answerMs;

    private final Object lock = new Object();
    /** Guarded by {@link #lock}. */
    private InputStream body;
    /** Guarded by {@link #lock} for writing. */
    private volatile boolean closing;

    private EventStream(URI endpoint, MediaType type, Message call, E prototype, Listener<E> listener, long answerMs) {
        this.answerMs = answerMs;
        this.type = type;
        this.call = type.encode(call);
        this.prototype = prototype;
        this.listener = listener;
        this.thread = new Thread(() -> run(endpoint), "mesos-stream-" + STREAMS.incrementAndGet());
        thread.setDaemon(true);
    }

    /**
     * Subscribes; returns at once. When no answer begins within 10 s the stream is over.
     *
     * @param type of the call and the events, JSON or PROTOBUF
     * @param prototype any instance of the event type
     */
    public static <E extends Message> EventStream<E> open(
            URI endpoint, MediaType type, Message call, E prototype, Listener<E> listener) {
        return open(endpoint, type, call, prototype, listener, ANSWER_MS);
    }

    /** @param answerMs within which an answer must begin */
    static <E extends Message> EventStream<E> open(
            URI endpoint, MediaType type, Message call, E prototype, Listener<E> listener, long answerMs) {
        EventStream<E> stream = new EventStream<>(endpoint, type, call, prototype, listener, answerMs);
        stream.thread.start();
        return stream;
    }

    /** Aborts the connection. {@link Listener#closed} with null follows on the stream's thread. Idempotent. */
    @Override
    public void close() {
        synchronized (lock) {
            if (closing) {
                return;
            }
            closing = true;
            if (body != null) {
                closeQuietly(body);
            }
        }
        // While connecting there is no body yet; the interrupt cancels the exchange.
        if (Thread.currentThread() != thread) {
            thread.interrupt();
        }
    }

    private void run(URI endpoint) {
        Throwable cause = null;
        try {
            consume(connect(endpoint));
        } catch (InterruptedException e) {
            // Only close() interrupts this thread, which ends here.
            cause = closing ? null : e;
        } catch (IOException | CodecException | RuntimeException e) {
            cause = e instanceof UncheckedIOException unchecked ? unchecked.getCause() : e;
        }
        listener.closed(closing ? null : cause);
    }

    private HttpResponse<InputStream> connect(URI first) throws IOException, InterruptedException {
        URI endpoint = first;
        for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
            HttpRequest request = HttpRequest.newBuilder(endpoint)
                    .header("Content-Type", type.header())
                    .header("Accept", type.header())
                    .POST(BodyPublishers.ofByteArray(call))
                    .build();
            HttpResponse<InputStream> response = answer(request);
            if (response.statusCode() == 200) {
                return response;
            }
            Optional<String> location = response.headers().firstValue("Location");
            if (response.statusCode() / 100 == 3 && location.isPresent()) {
                closeQuietly(response.body());
                endpoint = Redirects.resolve(endpoint, location.get());
            } else {
                throw refused(endpoint, response);
            }
        }
        throw new IOException("POST " + first + ": more than " + MAX_REDIRECTS + " redirects");
    }

    /**
     * Waits for the head of an answer only so long: the kernel of a process that was stopped still takes connections and
     * requests. (The request's own timeout would in later JDKs end the stream, too.)
     */
    private HttpResponse<InputStream> answer(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<InputStream>> answer =
                HttpClients.shared().sendAsync(request, BodyHandlers.ofInputStream());
        try {
            return answer.get(answerMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("POST " + request.uri() + ": no answer within " + answerMs + " ms", e);
        } catch (ExecutionException e) {
            // The JDK's own ConnectException says nothing at all.
            throw new IOException("POST " + request.uri() + ": " + e.getCause(), e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private void consume(HttpResponse<InputStream> response) throws IOException, CodecException {
        try (InputStream in = response.body()) {
            synchronized (lock) {
                if (closing) {
                    return;
                }
                body = in;
            }
            Optional<String> contentType = response.headers().firstValue("Content-Type");
            if (contentType.isPresent() && !MediaType.parse(contentType.get()).equals(Optional.of(type))) {
                throw new IOException(
                        "POST " + response.uri() + ": Content-Type " + contentType.get() + " must be " + type.header());
            }
            listener.connected(
                    response.uri(),
                    response.headers().firstValue("Mesos-Stream-Id").orElse(null));
            RecordIo.Decoder decoder = new RecordIo.Decoder(MAX_RECORD_BYTES);
            byte[] buffer = new byte[READ_BYTES];
            for (int count; !closing && (count = in.read(buffer)) >= 0; ) {
                decoder.feed(buffer, 0, count, this::deliver);
            }
            if (decoder.midRecord() && !closing) {
                throw new IOException("POST " + response.uri() + ": the stream ended inside a record");
            }
        }
    }

    @SuppressWarnings("unchecked") // a prototype's builder builds its own type
    private void deliver(byte[] record) {
        if (closing) {
            return;
        }
        Message.Builder builder = prototype.newBuilderForType();
        try {
            type.decode(record, builder);
        } catch (CodecException e) {
            throw new UncheckedIOException(new IOException("undecodable event: " + e.getMessage(), e));
        }
        listener.event((E) builder.build());
    }

    private static UnexpectedStatusException refused(URI endpoint, HttpResponse<InputStream> response)
            throws IOException {
        try (InputStream in = response.body()) {
            String text = new String(in.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
            return new UnexpectedStatusException(endpoint, response.statusCode(), text);
        }
    }

    private static void closeQuietly(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            // The connection goes away; that it does so with an error changes nothing.
            LOG.debug("closing a stream: {}", e.toString());
        }
    }
}
