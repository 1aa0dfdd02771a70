package io.gatun.mesos.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every v1 message with every field set goes to the official classes and back, and to JSON and back, unchanged. */
final class RoundTripOracleTest {
    private static final int SEEDS = 4;
    private static final int MAX_DEPTH = 3;

    @TestFactory
    Stream<DynamicNode> shouldSurviveTheOfficialClassesAndJson() {
        return OfficialTypes.all().stream()
                .map(file -> DynamicContainer.dynamicContainer(
                        file.name(),
                        file.messages()
                                // Newer than the official classes; ResourceStatistics itself covers them in JSON.
                                .filter(type ->
                                        !type.getFullName().matches(".*[.]ResourceStatistics[.](Rate|Pressure).*"))
                                .map(type -> DynamicTest.dynamicTest(type.getFullName(), () -> check(file, type)))));
    }

    private static void check(OfficialTypes file, Descriptor type) throws Exception {
        Message prototype = file.prototype(type);
        for (int seed = 0; seed < SEEDS; seed++) {
            // The depths alternate, so that large types are seen both wide and deep.
            Message ours = new RandomMessages(seed, seed % (MAX_DEPTH + 1)).like(prototype);
            org.apache.mesos.protobuf.Message official = file.officialParse(type, ours.toByteArray());
            assertThat(official.isInitialized()).isTrue();
            if (!type.getName().equals("ResourceStatistics")) {
                // There the official class lacks the fields of 1.12.
                assertThat(official.getUnknownFields().asMap())
                        .as("seed %d", seed)
                        .isEmpty();
                assertThat(official.getAllFields()).as("seed %d", seed).hasSameSizeAs(ours.getAllFields());
            }
            Message back = prototype
                    .newBuilderForType()
                    .mergeFrom(official.toByteArray())
                    .build();
            assertThat(back).as("through the official class, seed %d", seed).isEqualTo(ours);
            assertThat(throughJson(ours)).as("through JSON, seed %d", seed).isEqualTo(ours);
        }
    }

    private static Message throughJson(Message message) throws CodecException {
        Message.Builder builder = message.newBuilderForType();
        MesosJson.merge(MesosJson.printBytes(message), builder);
        return builder.build();
    }

    @Test
    void shouldCarryTheAgentLinkInJsonToo() throws CodecException {
        for (Message prototype : new Message[] {AgentCall.getDefaultInstance(), AgentEvent.getDefaultInstance()}) {
            Message message = new RandomMessages(7, 2).like(prototype);
            assertThat(throughJson(message)).isEqualTo(message);
        }
    }

    @Test
    void shouldSeeEveryTypeOfEveryFile() {
        // The number of messages in the nine public v1 files; the oracle must not lose any.
        assertThat(OfficialTypes.all().stream().flatMap(OfficialTypes::messages).count())
                .isGreaterThan(300);
    }
}
