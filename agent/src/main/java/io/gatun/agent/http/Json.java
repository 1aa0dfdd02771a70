package io.gatun.agent.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import com.google.protobuf.Message;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.v1.Label;
import io.gatun.mesos.v1.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Small pieces of the old endpoints' JSON, as maps and lists. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** Encodes maps, lists, texts, numbers, booleans and {@link #message}s. */
    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON of our own making", e);
        }
    }

    static SequencedMap<String, Object> object() {
        return new LinkedHashMap<>();
    }

    /** A message in Mesos' protobuf JSON, to stand inside other JSON. */
    static Object message(Message message) {
        return new RawValue(MesosJson.print(message));
    }

    /** Labels as an array of {key, value}. */
    static List<Map<String, Object>> labels(Labels labels) {
        return labels.getLabelsList().stream().map(Json::label).toList();
    }

    private static Map<String, Object> label(Label label) {
        SequencedMap<String, Object> json = object();
        json.put("key", label.getKey());
        if (label.hasValue()) {
            json.put("value", label.getValue());
        }
        return json;
    }
}
