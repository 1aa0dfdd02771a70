package io.gatun.agent.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an open file as the body of a response, as long as it was when it was opened; reads on worker threads, one piece at
 * a time, no faster than the client takes it.
 */
final class Download {
    private static final Logger LOGGER = LoggerFactory.getLogger(Download.class);
    private static final int PIECE_BYTES = 65_536;

    private final RoutingContext ctx;
    private final HttpServerResponse response;
    private final SeekableByteChannel channel;
    private long left;

    Download(RoutingContext ctx, SeekableByteChannel channel) {
        this.ctx = ctx;
        this.response = ctx.response();
        this.channel = channel;
    }

    /** To be called on the request's event loop; takes the channel over. */
    void start() {
        ctx.addEndHandler(done -> close());
        try {
            left = channel.size();
        } catch (IOException e) {
            broken(e);
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(left));
        next();
    }

    private void next() {
        if (response.closed()) {
            close();
            return;
        }
        if (left == 0 || ctx.request().method().name().equals("HEAD")) {
            response.end();
            return;
        }
        ctx.vertx().executeBlocking(this::piece, true).onComplete(done -> {
            if (done.failed()) {
                broken(done.cause());
            } else {
                write(done.result());
            }
        });
    }

    private void write(Buffer piece) {
        if (piece.length() == 0) {
            broken(new IOException("the file became shorter"));
            return;
        }
        left -= piece.length();
        response.write(piece).onComplete(done -> next());
    }

    private Buffer piece() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, left));
        channel.read(buffer);
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        return Buffer.buffer(bytes);
    }

    /** The head is out: all that can be said is that the body is not whole. */
    private void broken(Throwable why) {
        LOGGER.warn("{} broken off: {}", ctx.request().uri(), why.toString());
        close();
        ctx.request().connection().close();
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOGGER.warn("close after {}: {}", ctx.request().uri(), e.toString());
        }
    }
}
