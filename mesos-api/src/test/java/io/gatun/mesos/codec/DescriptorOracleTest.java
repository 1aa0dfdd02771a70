package io.gatun.mesos.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every message and enum of ours, field by field and in declaration order, against the official descriptors. */
final class DescriptorOracleTest {
    @ParameterizedTest
    @EnumSource(OfficialTypes.class)
    void shouldEqualTheOfficialDescriptorsButForTheKnownAdditions(OfficialTypes file) throws Exception {
        List<String> ours = rendered(file.ours());
        List<String> official = rendered(file.official());
        assertThat(official).isNotEmpty();
        ours.removeIf(DescriptorOracleTest::isOfGatun);
        int all = ours.size();
        ours.removeIf(line -> !official.contains(line) && known(line));
        // 4 enum values, 10 fields, and 2 messages of 9 and 10 fields, with a line each.
        assertThat(all - ours.size()).isEqualTo(file == OfficialTypes.MESOS ? 35 : 0);
        assertThat(ours).containsExactlyElementsOf(official);
    }

    /** What Mesos never had. */
    private static boolean isOfGatun(String line) {
        return line.matches("(message )?ResourceStatistics[.]Pressure.*")
                || line.startsWith("ResourceStatistics pressure = 1000 ");
    }

    private static boolean known(String line) {
        // ResourceStatistics gained the fields 46 to 55, and two messages for them.
        return OfficialTypes.ADDITIONS.contains(line)
                || line.matches("ResourceStatistics .* = (4[6-9]|5[0-5]) .*")
                || line.matches("(message )?ResourceStatistics[.]Rate(Percentiles|Statistics)( .*)?");
    }

    private static List<String> rendered(FileDescriptorProto file) {
        List<String> lines = new ArrayList<>();
        file.getEnumTypeList().forEach(type -> render("", type, lines));
        file.getMessageTypeList().forEach(type -> render("", type, lines));
        return lines;
    }

    private static void render(String prefix, DescriptorProto type, List<String> lines) {
        String name = prefix + type.getName();
        lines.add("message " + name + (type.getOptions().getDeprecated() ? " deprecated" : ""));
        for (FieldDescriptorProto field : type.getFieldList()) {
            lines.add(name + " " + field.getName() + " = " + field.getNumber() + " " + field.getLabel() + " "
                    + field.getType() + " " + field.getTypeName() + " default=" + field.hasDefaultValue() + ":"
                    + field.getDefaultValue() + " deprecated="
                    + field.getOptions().getDeprecated() + " packed="
                    + field.getOptions().getPacked() + " oneof=" + field.hasOneofIndex());
        }
        type.getEnumTypeList().forEach(nested -> render(name + ".", nested, lines));
        type.getNestedTypeList().forEach(nested -> render(name + ".", nested, lines));
    }

    private static void render(String prefix, EnumDescriptorProto type, List<String> lines) {
        String name = prefix + type.getName();
        lines.add("enum " + name + (type.getOptions().getAllowAlias() ? " allow_alias" : ""));
        for (EnumValueDescriptorProto value : type.getValueList()) {
            lines.add(name + " " + value.getName() + " = " + value.getNumber()
                    + (value.getOptions().getDeprecated() ? " deprecated" : ""));
        }
    }
}
