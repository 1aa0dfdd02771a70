package io.gatun.containerizer.docker;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * HTTP to an engine, a connection for each request: on a unix socket a connection costs less than keeping one right.
 * Requests and streams have a thread each, so that a slow disk below a log does not hold up a kill.
 */
final class EngineHttp implements AutoCloseable {
    private static final int ANSWER_MAX_BYTES = 64 << 20;
    private static final int LINE_MAX_BYTES = 16 << 10;
    private static final int HEADERS_MAX_BYTES = 64 << 10;
    private static final int CHUNK_MAX_BYTES = 64 << 10;
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final long STOP_MS = 1_000;

    private final Path socket;
    private final EventLoopGroup requests = loop("gatun-docker");
    private final EventLoopGroup streams = loop("gatun-docker-streams");

    EngineHttp(Path socket) {
        this.socket = socket;
    }

    private static EventLoopGroup loop(String name) {
        return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), EpollIoHandler.newFactory());
    }

    /**
     * Asks and waits for the whole answer.
     *
     * @throws EngineException when there is none within the time, or it is an error
     */
    byte[] call(EngineRequest request, String prefix, Duration timeout) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        EngineStream stream = new EngineStream();
        BodyListener collect = bytes -> {
            if (answer.size() + bytes.readableBytes() > ANSWER_MAX_BYTES) {
                throw new IllegalStateException("the answer is longer than " + ANSWER_MAX_BYTES + " bytes");
            }
            answer.writeBytes(ByteBufUtil.getBytes(bytes));
        };
        connect(requests, stream, Exchange.plain(request, prefix, collect, stream));
        await(stream.end(), request, timeout, stream);
        return answer.toByteArray();
    }

    /** Asks; the answer's body goes to the listener while it comes. Does not block. */
    EngineStream stream(EngineRequest request, String prefix, BodyListener listener) {
        EngineStream stream = new EngineStream();
        connect(streams, stream, Exchange.plain(request, prefix, listener, stream));
        return stream;
    }

    /**
     * Asks for a connection that becomes a byte stream in both directions (101 UPGRADED), and waits for that.
     *
     * @param handlers puts the handlers of the bytes into the pipeline, before any of them is read
     */
    Channel hijack(EngineRequest request, String prefix, Duration timeout, Consumer<ChannelPipeline> handlers) {
        EngineStream stream = new EngineStream();
        Channel channel = connect(streams, stream, Exchange.upgrade(request, prefix, handlers, stream));
        await(stream.head(), request, timeout, stream);
        return channel;
    }

    private Channel connect(EventLoopGroup loop, EngineStream stream, Exchange exchange) {
        var connecting = new Bootstrap()
                .group(loop)
                .channel(EpollDomainSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpClientCodec(LINE_MAX_BYTES, HEADERS_MAX_BYTES, CHUNK_MAX_BYTES))
                                .addLast(exchange);
                    }
                })
                .connect(new DomainSocketAddress(socket.toFile()));
        stream.attach(connecting.channel());
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                stream.fail(new EngineException(
                        0,
                        "docker: connect " + socket + ": " + connected.cause().getMessage(),
                        connected.cause()));
            }
        });
        return connecting.channel();
    }

    private static <T> T await(
            CompletableFuture<T> future, EngineRequest request, Duration timeout, EngineStream stream) {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            stream.close();
            throw new EngineException(0, "docker: " + request + ": no answer within " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            stream.close();
            Thread.currentThread().interrupt();
            throw new EngineException(0, "docker: " + request + ": interrupted", e);
        } catch (ExecutionException e) {
            throw EngineException.unwrap(e);
        }
    }

    @Override
    public void close() {
        var unusedRequests = requests.shutdownGracefully(0, STOP_MS, TimeUnit.MILLISECONDS);
        var unusedStreams = streams.shutdownGracefully(0, STOP_MS, TimeUnit.MILLISECONDS);
        try {
            requests.terminationFuture().await(STOP_MS);
            streams.terminationFuture().await(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
