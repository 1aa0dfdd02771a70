package io.gatun.mesos.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Mesos' own mapping between protobuf and JSON, which is not proto3-JSON. Source: stout/protobuf.hpp of Apache Mesos.
 *
 * <p>Out: fields in declaration order under their proto names; unset fields are left out, except those with an explicit
 * default that are not deprecated; 64-bit integers are numbers; bytes are base64; enums are names; doubles keep their
 * {@code .0}; maps are objects.
 *
 * <p>In: unknown fields and {@code null} are ignored; an unknown enum name is dropped in an optional field and an error in
 * a required one; numbers and booleans may be strings; {@code "Infinity"} and {@code "-Infinity"} are doubles.
 *
 * <p>All methods may be used from any thread.
 */
public final class MesosJson {
    static final int MAX_NESTING_DEPTH = 200;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING_DEPTH)
                    .build())
            .build();

    private MesosJson() {}

    /** The message as one line of JSON. */
    public static String print(Message message) {
        return new String(printBytes(message), StandardCharsets.UTF_8);
    }

    /** The message as one line of JSON, in UTF-8. */
    public static byte[] printBytes(Message message) {
        ByteArrayBuilder bytes = new ByteArrayBuilder();
        try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
            JsonPrinter.write(generator, message);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** Writes the message as one JSON object, as a part of a document that the caller builds. */
    public static void write(JsonGenerator generator, Message message) throws IOException {
        JsonPrinter.write(generator, message);
    }

    /** Writes a double in the notation of messages, as a part of a document that the caller builds. */
    public static void write(JsonGenerator generator, double value) throws IOException {
        JsonPrinter.writeDouble(generator, value);
    }

    /**
     * Reads one JSON object into {@code into}; fields that it sets replace those already there.
     *
     * @throws CodecException if the text is no JSON object, a field has the wrong form, or a required field is missing
     */
    public static void merge(byte[] json, Message.Builder into) throws CodecException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw new CodecException((first == null ? "an empty body" : JsonReader.shown(parser))
                        + " must be a JSON object of type "
                        + into.getDescriptorForType().getFullName());
            }
            JsonReader.readObject(parser, into, 0);
            if (parser.nextToken() != null) {
                throw new CodecException(JsonReader.shown(parser) + " must not follow the JSON object");
            }
        } catch (JsonProcessingException e) {
            throw new CodecException("the body must be valid JSON: " + problem(e), e);
        } catch (IOException e) {
            // Jackson reports malformed UTF-8 this way.
            throw new CodecException("the body must be valid JSON in UTF-8: " + e.getMessage(), e);
        }
        requireInitialized(into);
    }

    /** As {@link #merge(byte[], Message.Builder)}, from text. */
    public static void merge(String json, Message.Builder into) throws CodecException {
        merge(json.getBytes(StandardCharsets.UTF_8), into);
    }

    static void requireInitialized(Message.Builder builder) throws CodecException {
        if (!builder.isInitialized()) {
            List<String> missing = builder.findInitializationErrors();
            throw new CodecException("Missing required fields: " + String.join(", ", missing));
        }
    }

    private static String problem(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return e.getOriginalMessage() + where;
    }
}
