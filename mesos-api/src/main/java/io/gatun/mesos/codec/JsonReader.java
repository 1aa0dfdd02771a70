package io.gatun.mesos.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** JSON to messages; the rules stand at {@link MesosJson}. */
final class JsonReader {
    /** Protobuf's own limit: what is accepted as JSON must also be readable as protobuf later. */
    private static final int MAX_MESSAGE_DEPTH = 99;

    private static final int SHOWN_CHARS = 60;

    private JsonReader() {}

    /** Reads the object whose START_OBJECT is the current token. */
    static void readObject(JsonParser in, Message.Builder into, int depth) throws IOException, CodecException {
        JsonPlan plan = JsonPlan.of(into.getDescriptorForType());
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            JsonPlan.Field field = plan.field(in.currentName());
            JsonToken token = in.nextToken();
            if (field == null) {
                in.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                try {
                    readField(in, field.descriptor(), into, depth);
                } catch (CodecException e) {
                    throw e.within(field.descriptor().getName());
                }
            }
        }
    }

    private static void readField(JsonParser in, FieldDescriptor field, Message.Builder into, int depth)
            throws IOException, CodecException {
        if (field.isMapField()) {
            readMap(in, field, into, depth);
        } else if (field.isRepeated()) {
            readArray(in, field, into, depth);
        } else {
            Object value = readValue(in, field, into, depth);
            if (value != null) {
                into.setField(field, value);
            } else if (field.isRequired()) {
                throw unknownEnumName(in, field);
            }
        }
    }

    private static void readArray(JsonParser in, FieldDescriptor field, Message.Builder into, int depth)
            throws IOException, CodecException {
        require(in, JsonToken.START_ARRAY, "a JSON array");
        List<Object> values = new ArrayList<>();
        for (int index = 0; in.nextToken() != JsonToken.END_ARRAY; index++) {
            try {
                if (in.currentToken() == JsonToken.VALUE_NULL) {
                    throw new CodecException("null must not be an element of an array");
                }
                Object value = readValue(in, field, into, depth);
                if (value != null) {
                    values.add(value);
                }
            } catch (CodecException e) {
                throw e.within("[" + index + "]");
            }
        }
        into.setField(field, values);
    }

    private static void readMap(JsonParser in, FieldDescriptor field, Message.Builder into, int depth)
            throws IOException, CodecException {
        require(in, JsonToken.START_OBJECT, "a JSON object");
        FieldDescriptor keyField = field.getMessageType().findFieldByNumber(1);
        FieldDescriptor valueField = field.getMessageType().findFieldByNumber(2);
        List<Object> entries = new ArrayList<>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String key = in.currentName();
            if (in.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            try {
                Message.Builder entry = into.newBuilderForField(field);
                entry.setField(keyField, JsonScalars.fromText(key, keyField));
                Object value = readValue(in, valueField, entry, depth);
                if (value != null) {
                    // Required fields are checked from the outermost message, as below.
                    entries.add(entry.setField(valueField, value).buildPartial());
                }
            } catch (CodecException e) {
                throw e.within("[\"" + cut(key) + "\"]");
            }
        }
        into.setField(field, entries);
    }

    /** The value, or null for an enum name that is unknown here. */
    private static Object readValue(JsonParser in, FieldDescriptor field, Message.Builder parent, int depth)
            throws IOException, CodecException {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            return JsonScalars.read(in, field);
        }
        require(in, JsonToken.START_OBJECT, "a JSON object");
        if (depth >= MAX_MESSAGE_DEPTH) {
            throw new CodecException("messages must not nest deeper than " + (MAX_MESSAGE_DEPTH + 1));
        }
        Message.Builder child = parent.newBuilderForField(field);
        readObject(in, child, depth + 1);
        // Required fields are checked once, from the outermost message, so that all missing ones are told together.
        return child.buildPartial();
    }

    private static void require(JsonParser in, JsonToken expected, String name) throws IOException, CodecException {
        if (in.currentToken() != expected) {
            throw new CodecException(shown(in) + " must be " + name);
        }
    }

    private static CodecException unknownEnumName(JsonParser in, FieldDescriptor field) throws IOException {
        return new CodecException(
                shown(in) + " must be a name of " + field.getEnumType().getFullName());
    }

    /** The current token as an error message shows it, cut to a bearable length. */
    static String shown(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case START_OBJECT -> "a JSON object";
            case START_ARRAY -> "a JSON array";
            case VALUE_STRING -> '"' + cut(in.getText()) + '"';
            default -> cut(in.getText());
        };
    }

    private static String cut(String text) {
        return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...";
    }
}
