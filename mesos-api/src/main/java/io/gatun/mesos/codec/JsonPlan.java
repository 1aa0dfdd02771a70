package io.gatun.mesos.codec;

import com.fasterxml.jackson.core.io.SerializedString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How one message type is written and read, worked out once from its descriptor. */
final class JsonPlan {
    private static final Map<Descriptor, JsonPlan> PLANS = new ConcurrentHashMap<>();

    private final List<Field> fields;
    private final Map<String, Field> byName;

    private JsonPlan(Descriptor type) {
        fields = type.getFields().stream().map(Field::of).toList();
        byName =
                fields.stream().collect(Collectors.toUnmodifiableMap(f -> f.descriptor.getName(), Function.identity()));
    }

    static JsonPlan of(Descriptor type) {
        JsonPlan plan = PLANS.get(type);
        return plan != null ? plan : PLANS.computeIfAbsent(type, JsonPlan::new);
    }

    /** In declaration order, which is the order of emission. */
    List<Field> fields() {
        return fields;
    }

    /** The field of that name, or null for a name that the type does not have. */
    Field field(String name) {
        return byName.get(name);
    }

    /**
     * @param key the name, escaped and encoded once
     * @param alwaysWritten an unset field is written with its default: it has an explicit one and is not deprecated
     */
    record Field(FieldDescriptor descriptor, SerializedString key, boolean alwaysWritten) {
        static Field of(FieldDescriptor descriptor) {
            boolean explicit = !descriptor.isRepeated() && descriptor.hasDefaultValue();
            return new Field(
                    descriptor,
                    new SerializedString(descriptor.getName()),
                    explicit && !descriptor.getOptions().getDeprecated());
        }
    }
}
