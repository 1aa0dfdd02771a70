package io.gatun.master.operator;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.gatun.mesos.v1.master.Call;
import java.util.Locale;
import java.util.Optional;

/**
 * What a call must have beyond its required fields: a type, and for a type that has a payload, the payload. The payload's
 * field is named after the type (src/master/validation.cpp, master::call::validate).
 */
final class CallCheck {
    private CallCheck() {}

    /** What is wrong with {@code call}; empty when nothing is. */
    static Optional<String> problem(Call call) {
        if (!call.hasType()) {
            return Optional.of("Expecting 'type' to be present");
        }
        String payload = call.getType().name().toLowerCase(Locale.ROOT);
        FieldDescriptor field = Call.getDescriptor().findFieldByName(payload);
        return field == null || call.hasField(field)
                ? Optional.empty()
                : Optional.of("Expecting '" + payload + "' to be present");
    }
}
