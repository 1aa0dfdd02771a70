package io.gatun.mesos.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Random;

/** Messages with every field set, to a bounded depth; the same seed gives the same message. */
final class RandomMessages {
    private static final String[] TEXTS = {
        "", "a", "web.1", "ünïcödé", "\u0001\n\t\"\\/", "\ud83d\udea2", "x".repeat(300)
    };
    private static final double[] DOUBLES = {0, -0.0, 1, 15, 0.1, 1e-7, 1e21, 1.5e300, Double.MIN_VALUE, -123456.789};

    private final Random random;
    private final int maxDepth;

    RandomMessages(long seed, int maxDepth) {
        this.random = new Random(seed);
        this.maxDepth = maxDepth;
    }

    Message like(Message prototype) {
        return fill(prototype.newBuilderForType(), 0);
    }

    private Message fill(Message.Builder into, int depth) {
        for (FieldDescriptor field : into.getDescriptorForType().getFields()) {
            boolean deep = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth >= maxDepth;
            if (deep && !field.isRequired()) {
                continue;
            }
            if (field.isMapField()) {
                for (int i = 0; i < 2; i++) {
                    into.addRepeatedField(field, entry(into.newBuilderForField(field), i, depth));
                }
            } else if (field.isRepeated()) {
                int count = 1 + random.nextInt(2);
                for (int i = 0; i < count; i++) {
                    into.addRepeatedField(field, value(field, into, depth));
                }
            } else {
                into.setField(field, value(field, into, depth));
            }
        }
        return into.build();
    }

    /** Keys differ, so that no entry replaces another. */
    private Message entry(Message.Builder entry, int index, int depth) {
        FieldDescriptor key = entry.getDescriptorForType().findFieldByNumber(1);
        FieldDescriptor value = entry.getDescriptorForType().findFieldByNumber(2);
        return entry.setField(key, "key" + index + TEXTS[random.nextInt(TEXTS.length)])
                .setField(value, value(value, entry, depth))
                .build();
    }

    private Object value(FieldDescriptor field, Message.Builder parent, int depth) {
        return switch (field.getJavaType()) {
            case MESSAGE -> fill(parent.newBuilderForField(field), depth + 1);
            case STRING -> TEXTS[random.nextInt(TEXTS.length)];
            case BYTE_STRING -> bytes();
            case BOOLEAN -> random.nextBoolean();
            case DOUBLE -> random.nextBoolean() ? DOUBLES[random.nextInt(DOUBLES.length)] : random.nextDouble() * 1e6;
            case FLOAT -> (float) random.nextInt(1000) / 8;
            case INT -> random.nextInt();
            case LONG -> random.nextLong();
            case ENUM -> enumValue(field);
        };
    }

    private ByteString bytes() {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    /** Values that the official classes know. */
    private EnumValueDescriptor enumValue(FieldDescriptor field) {
        List<EnumValueDescriptor> known = field.getEnumType().getValues().stream()
                .filter(value -> OfficialTypes.ADDITIONS.stream()
                        .noneMatch(added -> added.endsWith(" " + value.getName() + " = " + value.getNumber())))
                .toList();
        return known.get(random.nextInt(known.size()));
    }
}
