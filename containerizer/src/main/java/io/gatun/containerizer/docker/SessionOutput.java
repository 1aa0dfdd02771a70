package io.gatun.containerizer.docker;

import io.gatun.containerizer.Session.Output;
import io.gatun.containerizer.Session.Stream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Hands the bytes of a connection to a listener. Until there is one nothing more is read than came with the HTTP head: the
 * engine, and behind it the program, waits. Everything but {@link #to} runs on the connection's thread.
 */
final class SessionOutput extends ChannelInboundHandlerAdapter {
    private final boolean terminal;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final Queue<Consumer<Output>> early = new ArrayDeque<>();
    private volatile ChannelHandlerContext context;
    private Output listener;
    private boolean ended;

    /** @param terminal whether the bytes are one stream as they are, not frames of two */
    SessionOutput(boolean terminal) {
        this.terminal = terminal;
    }

    /** Becomes the last handler of a connection, before any byte after the HTTP head is handed on. */
    void install(ChannelPipeline pipeline) {
        pipeline.channel().config().setAutoRead(false);
        if (!terminal) {
            pipeline.addLast(Frames.decoder());
        }
        pipeline.addLast(this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** @throws IllegalStateException when there is a listener already */
    void to(Output output) {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException("session: has a listener already");
        }
        context.executor().execute(() -> begin(output));
    }

    private void begin(Output output) {
        listener = output;
        for (Consumer<Output> part = early.poll(); part != null; part = early.poll()) {
            part.accept(listener);
        }
        if (ended) {
            listener.end();
        }
        context.channel().config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (terminal) {
                emit(Stream.STDOUT, bytes);
            } else {
                Frames.split(bytes, (stderr, payload) -> emit(stderr ? Stream.STDERR : Stream.STDOUT, payload));
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void emit(Stream stream, ByteBuf payload) {
        byte[] bytes = ByteBufUtil.getBytes(payload);
        if (listener == null) {
            early.add(output -> output.data(stream, bytes));
        } else if (bytes.length > 0) {
            listener.data(stream, bytes);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext closing) {
        ended = true;
        if (listener != null) {
            listener.end();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
        var unused = failing.close(); // Told to the listener as the end, which for it is what it is.
    }
}
