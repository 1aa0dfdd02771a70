package io.gatun.mesos.http;

import com.google.protobuf.Message;
import io.gatun.mesos.codec.MediaType;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An endless response of RecordIO records: status 200, chunked, never compressed. Thread-safe and never blocking: records
 * are written by the event loop in the order in which one thread sent them. What the reader has not taken is bounded; a
 * reader that falls behind further is disconnected.
 */
public final class StreamWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StreamWriter.class);

    /** How long the records before a {@link #close()} may take to reach the reader. */
    private static final long LINGER_MS = 2_000;

    /** What a record costs besides its bytes: task, future and buffer. */
    private static final int OVERHEAD_BYTES = 200;

    private final HttpServerResponse response;
    private final Runnable disconnect;
    private final Vertx vertx;
    private final Context loop;
    private final MediaType type;
    private final int maxQueuedBytes;
    private final String reader;
    private final AtomicLong queuedBytes = new AtomicLong();

    private final Object lock = new Object();
    /** Guarded by {@link #lock}. */
    private List<Runnable> onClose = new ArrayList<>();
    /** Guarded by {@link #lock} for writing. Nothing is sent any more. */
    private volatile boolean closed;

    /** Touched on the event loop only; -1 when there is none. */
    private long heartbeatTimer = -1;

    /**
     * Sends the head of the response. Headers of the caller's own go to {@code ctx.response()} before. To be called on the
     * request's event loop.
     *
     * @param type JSON or PROTOBUF; also the response's {@code Content-Type}
     * @param maxQueuedBytes the most that may wait for a slow reader
     */
    public StreamWriter(RoutingContext ctx, MediaType type, int maxQueuedBytes) {
        this.response = ctx.response();
        this.disconnect = () -> ctx.request().connection().close();
        this.vertx = ctx.vertx();
        this.loop = ctx.vertx().getOrCreateContext();
        this.type = type;
        this.maxQueuedBytes = maxQueuedBytes;
        this.reader = String.valueOf(ctx.request().remoteAddress());
        response.setStatusCode(200)
                .setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, type.header())
                // Vert.x takes this as "do not compress".
                .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
        response.closeHandler(v -> finished());
        response.exceptionHandler(e -> finished());
        response.endHandler(v -> finished());
        response.writeHead();
    }

    /** The media type of the records. */
    public MediaType type() {
        return type;
    }

    /** Sends one record. After the end of the stream this does nothing. */
    public void send(Message message) {
        if (!closed) {
            send(new EncodedMessage(message));
        }
    }

    /** Sends one record that other streams get too. After the end of the stream this does nothing. */
    public void send(EncodedMessage message) {
        if (closed) {
            return;
        }
        byte[] record = message.record(type);
        int cost = record.length + OVERHEAD_BYTES;
        if (queuedBytes.addAndGet(cost) > maxQueuedBytes) {
            LOG.warn("the stream to {} is closed: more than {} bytes wait for its reader", reader, maxQueuedBytes);
            abort();
            return;
        }
        loop.runOnContext(v -> {
            if (response.ended() || response.closed()) {
                return;
            }
            response.write(Buffer.buffer(record)).onComplete(done -> queuedBytes.addAndGet(-cost));
        });
    }

    /** Sends {@code message} now and then every {@code interval} until the stream ends. Replaces an earlier heartbeat. */
    public void heartbeat(Message message, Duration interval) {
        EncodedMessage beat = new EncodedMessage(message);
        send(beat);
        loop.runOnContext(v -> {
            cancelHeartbeat();
            if (!closed) {
                heartbeatTimer = vertx.setPeriodic(interval.toMillis(), id -> send(beat));
            }
        });
    }

    /** Ends the stream after the records already sent; cuts it off if the reader does not take them within 2 s. */
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        loop.runOnContext(v -> {
            if (response.ended() || response.closed()) {
                finished();
                return;
            }
            long cutOff = vertx.setTimer(LINGER_MS, id -> disconnect.run());
            response.end().onComplete(done -> {
                vertx.cancelTimer(cutOff);
                finished();
            });
        });
    }

    /** Disconnects the reader at once. */
    public void abort() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        loop.runOnContext(v -> {
            disconnect.run();
            finished();
        });
    }

    /**
     * Runs {@code action} once, on the event loop, when the stream has ended, whoever ended it; at once, on this thread, if
     * it already has.
     */
    public void onClose(Runnable action) {
        synchronized (lock) {
            if (onClose != null) {
                onClose.add(action);
                return;
            }
        }
        action.run();
    }

    /** Whether the stream has ended or is about to. */
    public boolean closed() {
        return closed;
    }

    private void finished() {
        List<Runnable> actions;
        synchronized (lock) {
            closed = true;
            actions = onClose;
            onClose = null;
        }
        if (actions == null) {
            return;
        }
        cancelHeartbeat();
        for (Runnable action : actions) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("an action at the end of the stream to {} failed", reader, e);
            }
        }
    }

    private void cancelHeartbeat() {
        if (heartbeatTimer != -1) {
            vertx.cancelTimer(heartbeatTimer);
            heartbeatTimer = -1;
        }
    }
}
