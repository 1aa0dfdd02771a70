package io.gatun.master.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContenderNodesTest {
    @Test
    void shouldPutTheLowestSequenceFirst() {
        assertThat(ContenderNodes.ordered(
                        List.of("json.info_0000000010", "json.info_0000000009", "json.info_0000000011")))
                .containsExactly("json.info_0000000009", "json.info_0000000010", "json.info_0000000011");
    }

    @Test
    void shouldSkipWhateverIsNoContender() {
        assertThat(ContenderNodes.ordered(List.of(
                        "log_replicas",
                        "json.info_",
                        "json.info_12",
                        "json.info_000000001x",
                        "_c_0123-json.info_0000000001",
                        "json.info_0000000003")))
                .containsExactly("json.info_0000000003");
    }

    @Test
    void shouldUnderstandACounterThatHasOverflowed() {
        assertThat(ContenderNodes.sequence("json.info_-2147483648")).contains(-2147483648L);
        assertThat(ContenderNodes.sequence("json.info_2147483647")).contains(2147483647L);
    }
}
