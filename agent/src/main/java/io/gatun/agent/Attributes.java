package io.gatun.agent;

import io.gatun.mesos.v1.Attribute;
import io.gatun.mesos.v1.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of {@code --attributes}: {@code rack:a;cores:2.5;ports:[1-2,4-5];disks:{ssd,hdd}}. A value in brackets is of type
 * RANGES, one in braces SET, a number SCALAR (three decimals), anything else TEXT (docs/attributes-resources.md).
 */
final class Attributes {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern SCALAR = Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");
    private static final Pattern RANGE = Pattern.compile("\\s*([0-9]{1,19})\\s*-\\s*([0-9]{1,19})\\s*");
    private static final double SCALAR_PARTS = 1000;

    private Attributes() {}

    /**
     * @param text null or empty for none
     * @throws io.gatun.mesos.flags.StartupException naming flag, text and rule
     */
    static List<Attribute> parse(String text) {
        List<Attribute> attributes = new ArrayList<>();
        if (text == null) {
            return attributes;
        }
        for (String pair : text.split("[;\n]", -1)) {
            if (pair.isBlank()) {
                continue;
            }
            int colon = pair.indexOf(':');
            String name = colon < 0 ? pair.strip() : pair.substring(0, colon).strip();
            if (colon < 0 || !NAME.matcher(name).matches()) {
                throw AgentConfig.invalid("--attributes", text, "'" + pair.strip() + "' must be name:value");
            }
            attributes.add(attribute(text, name, pair.substring(colon + 1).strip()));
        }
        return attributes;
    }

    private static Attribute attribute(String text, String name, String value) {
        Attribute.Builder attribute = Attribute.newBuilder().setName(name);
        if (value.startsWith("[") && value.endsWith("]")) {
            return attribute
                    .setType(Value.Type.RANGES)
                    .setRanges(ranges(text, value))
                    .build();
        }
        if (value.startsWith("{") && value.endsWith("}")) {
            Value.Set.Builder set = Value.Set.newBuilder();
            for (String item : inner(value).split(",", -1)) {
                if (!item.isBlank()) {
                    set.addItem(item.strip());
                }
            }
            return attribute.setType(Value.Type.SET).setSet(set).build();
        }
        if (SCALAR.matcher(value).matches()) {
            double scalar = Math.rint(Double.parseDouble(value) * SCALAR_PARTS) / SCALAR_PARTS;
            return attribute
                    .setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(scalar))
                    .build();
        }
        if (value.isEmpty()) {
            throw AgentConfig.invalid("--attributes", text, "'" + name + "' must have a value");
        }
        return attribute
                .setType(Value.Type.TEXT)
                .setText(Value.Text.newBuilder().setValue(value))
                .build();
    }

    private static Value.Ranges ranges(String text, String value) {
        Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
        for (String part : inner(value).split(",", -1)) {
            Matcher range = RANGE.matcher(part);
            if (!range.matches()) {
                throw AgentConfig.invalid("--attributes", text, "'" + part + "' must be a range such as 31000-32000");
            }
            ranges.addRange(Value.Range.newBuilder()
                    .setBegin(Long.parseUnsignedLong(range.group(1)))
                    .setEnd(Long.parseUnsignedLong(range.group(2))));
        }
        return ranges.build();
    }

    private static String inner(String bracketed) {
        return bracketed.substring(1, bracketed.length() - 1);
    }
}
