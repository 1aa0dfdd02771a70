package io.gatun.mesos.codec;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages to JSON; the rules stand at {@link MesosJson}. */
final class JsonPrinter {
    private JsonPrinter() {}

    static void write(JsonGenerator out, Message message) throws IOException {
        out.writeStartObject();
        for (JsonPlan.Field field : JsonPlan.of(message.getDescriptorForType()).fields()) {
            FieldDescriptor descriptor = field.descriptor();
            if (descriptor.isRepeated()) {
                writeRepeated(out, field, message);
            } else if (field.alwaysWritten() || message.hasField(descriptor)) {
                out.writeFieldName(field.key());
                writeValue(out, descriptor, message.getField(descriptor));
            }
        }
        out.writeEndObject();
    }

    private static void writeRepeated(JsonGenerator out, JsonPlan.Field field, Message message) throws IOException {
        FieldDescriptor descriptor = field.descriptor();
        if (message.getRepeatedFieldCount(descriptor) == 0) {
            return;
        }
        out.writeFieldName(field.key());
        List<?> values = (List<?>) message.getField(descriptor);
        if (descriptor.isMapField()) {
            writeMap(out, descriptor, values);
            return;
        }
        out.writeStartArray();
        for (Object value : values) {
            writeValue(out, descriptor, value);
        }
        out.writeEndArray();
    }

    private static void writeMap(JsonGenerator out, FieldDescriptor map, List<?> entries) throws IOException {
        FieldDescriptor key = map.getMessageType().findFieldByNumber(1);
        FieldDescriptor value = map.getMessageType().findFieldByNumber(2);
        out.writeStartObject();
        for (Object entry : entries) {
            Message pair = (Message) entry;
            out.writeFieldName(valid(pair.getField(key).toString()));
            writeValue(out, value, pair.getField(value));
        }
        out.writeEndObject();
    }

    private static void writeValue(JsonGenerator out, FieldDescriptor field, Object value) throws IOException {
        switch (field.getType()) {
            case DOUBLE -> writeDouble(out, (Double) value);
            case FLOAT -> writeDouble(out, ((Float) value).doubleValue());
            case BOOL -> out.writeBoolean((Boolean) value);
            case STRING -> out.writeString(valid((String) value));
            case BYTES ->
                out.writeBinary(
                        Base64Variants.MIME_NO_LINEFEEDS,
                        ((ByteString) value).toByteArray(),
                        0,
                        ((ByteString) value).size());
            case ENUM -> out.writeString(((EnumValueDescriptor) value).getName());
            case MESSAGE, GROUP -> write(out, (Message) value);
            case UINT64, FIXED64 -> writeUnsigned(out, (Long) value);
            case UINT32, FIXED32 -> out.writeNumber(Integer.toUnsignedLong((Integer) value));
            case INT64, SINT64, SFIXED64 -> out.writeNumber((Long) value);
            case INT32, SINT32, SFIXED32 -> out.writeNumber((Integer) value);
        }
    }

    private static void writeUnsigned(JsonGenerator out, long value) throws IOException {
        if (value >= 0) {
            out.writeNumber(value);
        } else {
            out.writeNumber(Long.toUnsignedString(value));
        }
    }

    static void writeDouble(JsonGenerator out, double value) throws IOException {
        if (Double.isFinite(value)) {
            out.writeNumber(RapidDouble.format(value));
        } else {
            // JSON has no such number; the reader takes these texts back.
            out.writeString(Double.toString(value));
        }
    }

    /** Lone surrogates have no UTF-8 form: protobuf writes them as '?', and so does this. */
    private static String valid(String text) {
        return Surrogates.wellFormed(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
