package io.gatun.dnsserver;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * DNS over TCP, RFC 7766: each message after its length in two bytes, any number of them on one connection, answered in order.
 * A connection is closed when idle for {@value #IDLE_SECONDS} s or when it sends what is not a query; one that does not read
 * its answers is not read from either.
 */
final class TcpServer {
    private static final int IDLE_SECONDS = 10;
    private static final int CONNECTIONS_MAX = 1_000;
    private static final int LENGTH_BYTES = 2;

    private final Responder responder;
    private final UnsafeBuffer message =
            new UnsafeBuffer(ByteBuffer.allocateDirect(Dns.TCP_BYTES_MAX + Dns.HEADER_BYTES));
    private final NetServer server;
    private int connections;

    private TcpServer(Vertx vertx, Supplier<AnswerTable> tables) {
        this.responder = new Responder(tables);
        this.server = vertx.createNetServer(new NetServerOptions()
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS)
                        .setTcpNoDelay(true))
                .connectHandler(this::connected);
    }

    /**
     * Listens; returns when it does.
     *
     * @throws java.util.concurrent.CompletionException with the reason, such as a BindException, as cause
     */
    static TcpServer start(Vertx vertx, String ip, int port, Supplier<AnswerTable> tables) {
        TcpServer tcp = new TcpServer(vertx, tables);
        tcp.server.listen(port, ip).toCompletionStage().toCompletableFuture().join();
        return tcp;
    }

    int port() {
        return server.actualPort();
    }

    private void connected(NetSocket socket) {
        if (connections == CONNECTIONS_MAX) {
            socket.close();
            return;
        }
        connections++;
        socket.closeHandler(closed -> connections--);
        // A reset by the client is its own affair.
        socket.exceptionHandler(reset -> socket.close());
        Stream stream = new Stream(socket);
        socket.handler(stream::received);
    }

    /** The bytes of one connection that are not yet a whole message. */
    private final class Stream {
        private final NetSocket socket;
        private Buffer pending = Buffer.buffer();

        Stream(NetSocket socket) {
            this.socket = socket;
        }

        void received(Buffer bytes) {
            pending.appendBuffer(bytes);
            Buffer answers = Buffer.buffer();
            int position = 0;
            boolean bad = false;
            while (!bad && pending.length() - position >= LENGTH_BYTES) {
                int length = pending.getUnsignedShort(position);
                if (pending.length() - position - LENGTH_BYTES < length) {
                    break;
                }
                bad = !answer(position + LENGTH_BYTES, length, answers);
                position += LENGTH_BYTES + length;
            }
            pending = pending.getBuffer(position, pending.length());
            if (answers.length() > 0) {
                socket.write(answers).onFailure(closed -> socket.close());
            }
            if (bad) {
                socket.close();
            } else if (socket.writeQueueFull()) {
                socket.pause();
                socket.drainHandler(drained -> socket.resume());
            }
        }

        private boolean answer(int start, int length, Buffer answers) {
            message.putBytes(0, pending.getBytes(start, start + length));
            int answerBytes = responder.answer(message, 0, length, Dns.TCP_BYTES_MAX, true);
            if (answerBytes == 0) {
                return false;
            }
            byte[] answer = new byte[answerBytes];
            message.getBytes(0, answer);
            answers.appendUnsignedShort(answerBytes).appendBytes(answer);
            return true;
        }
    }
}
