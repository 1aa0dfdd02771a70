package io.gatun.containerizer.docker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** JSON objects that come one after the other: events, the progress of a pull, the answer of a wait. */
final class JsonLines implements BodyListener {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Consumer<JsonNode> objects;
    private final JsonParser parser;
    private final ByteArrayFeeder feeder;
    private TokenBuffer buffer;
    private int depth;

    JsonLines(Consumer<JsonNode> objects) {
        this.objects = objects;
        try {
            parser = new JsonFactory(JSON).createNonBlockingByteArrayParser();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
        buffer = new TokenBuffer(JSON, false);
    }

    @Override
    public void data(ByteBuf bytes) {
        byte[] part = ByteBufUtil.getBytes(bytes);
        if (part.length == 0) {
            return;
        }
        try {
            feeder.feedInput(part, 0, part.length);
            for (JsonToken token = parser.nextToken();
                    token != null && token != JsonToken.NOT_AVAILABLE;
                    token = parser.nextToken()) {
                take(token);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("docker: " + e.getMessage(), e);
        }
    }

    private void take(JsonToken token) throws IOException {
        buffer.copyCurrentEvent(parser);
        if (token.isStructStart()) {
            depth++;
        } else if (token.isStructEnd() && --depth == 0) {
            JsonNode object = JSON.readTree(buffer.asParser());
            buffer = new TokenBuffer(JSON, false);
            objects.accept(object);
        }
    }
}
