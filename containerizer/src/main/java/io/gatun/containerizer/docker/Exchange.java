package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** One request and its answer on a connection of its own. */
final class Exchange extends ChannelInboundHandlerAdapter {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** An error's text that is longer is cut: it goes into messages for people. */
    private static final int ERROR_MAX_BYTES = 64 * 1024;

    private final EngineRequest request;
    private final String uri;
    private final boolean upgrade;
    private final Consumer<ChannelPipeline> upgraded;
    private final BodyListener listener;
    private final EngineStream stream;
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private HttpResponseStatus status;

    private Exchange(
            EngineRequest request,
            String prefix,
            boolean upgrade,
            Consumer<ChannelPipeline> upgraded,
            BodyListener listener,
            EngineStream stream) {
        this.request = request;
        this.uri = request.uri(prefix);
        this.upgrade = upgrade;
        this.upgraded = upgraded;
        this.listener = listener;
        this.stream = stream;
    }

    /** @param prefix API version as {@code /v1.41}, or empty */
    static Exchange plain(EngineRequest request, String prefix, BodyListener listener, EngineStream stream) {
        return new Exchange(request, prefix, false, pipeline -> {}, listener, stream);
    }

    /**
     * Asks for the connection to become a byte stream in both directions.
     *
     * @param upgraded puts the handlers of the bytes into the pipeline, before any of them is read
     */
    static Exchange upgrade(
            EngineRequest request, String prefix, Consumer<ChannelPipeline> upgraded, EngineStream stream) {
        return new Exchange(request, prefix, true, upgraded, bytes -> {}, stream);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuf body = request.body()
                .map(json -> Unpooled.copiedBuffer(json.toString(), StandardCharsets.UTF_8))
                .orElse(Unpooled.EMPTY_BUFFER);
        FullHttpRequest http = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, request.method(), uri, body);
        http.headers().set(HttpHeaderNames.HOST, "docker");
        http.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        http.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        request.registryAuth().ifPresent(auth -> http.headers().set("X-Registry-Auth", auth));
        if (upgrade) {
            http.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
            http.headers().set(HttpHeaderNames.UPGRADE, "tcp");
        } else {
            http.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        context.writeAndFlush(http).addListener(written -> {
            if (!written.isSuccess()) {
                var unused = context.close();
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpResponse response) {
                status = response.status();
                // 304: a container to be stopped has ended already, one to be started runs.
                if (!upgrade
                        && (status.codeClass() == HttpStatusClass.SUCCESS
                                || HttpResponseStatus.NOT_MODIFIED.equals(status))) {
                    stream.head().complete(null);
                }
            }
            if (message instanceof HttpContent content) {
                body(context, content.content(), message instanceof LastHttpContent);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private boolean switched() {
        return upgrade && HttpResponseStatus.SWITCHING_PROTOCOLS.equals(status);
    }

    private void body(ChannelHandlerContext context, ByteBuf bytes, boolean last) {
        if (switched()) {
            if (last) {
                upgraded.accept(context.pipeline());
                context.pipeline().remove(this);
                context.pipeline().remove(HttpClientCodec.class); // hands on what it has read beyond the head
                stream.head().complete(null);
            }
            return;
        }
        if (stream.head().isDone()) {
            listener.data(bytes);
            if (last) {
                stream.end().complete(null);
                var unused = context.close();
            }
            return;
        }
        ByteBuf part =
                bytes.slice(bytes.readerIndex(), Math.min(bytes.readableBytes(), ERROR_MAX_BYTES - error.size()));
        error.writeBytes(ByteBufUtil.getBytes(part));
        if (last) {
            stream.fail(new EngineException(status.code(), "docker: " + request + ": " + status + ": " + reason()));
            var unused = context.close();
        }
    }

    /** The engine's own words: a JSON object with the field message. */
    private String reason() {
        String text = error.toString(StandardCharsets.UTF_8).strip();
        try {
            JsonNode message = JSON.readTree(text).path("message");
            return message.isTextual() ? message.asText() : text;
        } catch (IOException e) {
            return text; // A proxy in front of the engine may answer in plain words.
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stream.fail(new EngineException(0, "docker: " + request + ": the connection to the engine was closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        stream.fail(new EngineException(0, "docker: " + request + ": " + cause.getMessage(), cause));
        var unused = context.close();
    }
}
