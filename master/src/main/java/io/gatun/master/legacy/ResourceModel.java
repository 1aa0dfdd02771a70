package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gatun.master.operator.EndpointForm;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Attribute;
import io.gatun.mesos.v1.Value;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Resources as one object of totals by name: scalars are numbers ({@code cpus}, {@code gpus}, {@code mem} and
 * {@code disk} always present), ranges and sets are texts ({@code "[31000-32000]"}, <code>"{a, b}"</code>), and what is
 * revocable has its own entry with the suffix {@code _revocable}. Attributes look the same.
 */
final class ResourceModel {
    private ResourceModel() {}

    static void write(JsonGenerator json, String field, Resources resources) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, Object> entry : resources.model().entrySet()) {
            if (entry.getValue() instanceof Double units) {
                Fields.number(json, entry.getKey(), units);
            } else {
                json.writeStringField(entry.getKey(), entry.getValue().toString());
            }
        }
        json.writeEndObject();
    }

    /** One object of totals for each role that has something reserved. */
    static void writeReserved(JsonGenerator json, String field, Resources resources) throws IOException {
        json.writeObjectFieldStart(field);
        for (String role : resources.reservedRoles()) {
            write(json, role, resources.reserved(role));
        }
        json.writeEndObject();
    }

    /** Raw protobuf JSON of each, so that a client can hand them back in another call. */
    static void writeFull(JsonGenerator json, String field, Resources resources) throws IOException {
        Fields.array(json, field, EndpointForm.of(resources), MesosJson::write);
    }

    static void writeAttributes(JsonGenerator json, List<Attribute> attributes) throws IOException {
        json.writeObjectFieldStart("attributes");
        for (Attribute attribute : attributes) {
            String name = attribute.getName();
            switch (attribute.getType()) {
                case SCALAR -> Fields.number(json, name, attribute.getScalar().getValue());
                case RANGES -> json.writeStringField(name, text(attribute.getRanges()));
                case SET ->
                    json.writeStringField(
                            name, "{" + String.join(", ", attribute.getSet().getItemList()) + "}");
                case TEXT -> json.writeStringField(name, attribute.getText().getValue());
            }
        }
        json.writeEndObject();
    }

    private static String text(Value.Ranges ranges) {
        return ranges.getRangeList().stream()
                .map(range -> Long.toUnsignedString(range.getBegin()) + "-" + Long.toUnsignedString(range.getEnd()))
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
