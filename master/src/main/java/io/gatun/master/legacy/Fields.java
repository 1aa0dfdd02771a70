package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Message;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.v1.Label;
import io.gatun.mesos.v1.Labels;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;

/** Fields of the kinds that the old model is made of. */
final class Fields {
    private Fields() {}

    /** Writes one element or field value. */
    @FunctionalInterface
    interface Writer<T> {
        void write(JsonGenerator json, T value) throws IOException;
    }

    /** A double, in Mesos' notation: {@code 15.0} keeps its {@code .0}. */
    static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeFieldName(name);
        MesosJson.write(json, value);
    }

    static void number(JsonGenerator json, String name, OptionalDouble value) throws IOException {
        if (value.isPresent()) {
            number(json, name, value.getAsDouble());
        }
    }

    static void message(JsonGenerator json, String name, Message message) throws IOException {
        json.writeFieldName(name);
        MesosJson.write(json, message);
    }

    static <T> void array(JsonGenerator json, String name, Iterable<T> values, Writer<? super T> writer)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (T value : values) {
            writer.write(json, value);
        }
        json.writeEndArray();
    }

    static void strings(JsonGenerator json, String name, Iterable<String> values) throws IOException {
        array(json, name, values, JsonGenerator::writeString);
    }

    /** An array of {@code {key, value}}. */
    static void labels(JsonGenerator json, Labels labels) throws IOException {
        List<Label> list = labels.getLabelsList();
        array(json, "labels", list, MesosJson::write);
    }

    static void emptyArray(JsonGenerator json, String name) throws IOException {
        json.writeArrayFieldStart(name);
        json.writeEndArray();
    }
}
