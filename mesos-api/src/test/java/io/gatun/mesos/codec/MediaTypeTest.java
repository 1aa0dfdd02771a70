package io.gatun.mesos.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.v1.AgentID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MediaTypeTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "-|JSON",
                "*/*|JSON",
                "application/*|JSON",
                "application/x-protobuf|PROTOBUF",
                "application/x-protobuf, application/json|JSON",
                "application/recordio|RECORDIO",
                "application/json;q=0, */*|PROTOBUF",
                "*/*;q=0.1|JSON",
                "application/x-protobuf;q=0, */*;q=0|-",
                "text/html|-"
            })
    void shouldNegotiateInMesosOrder(String accept, MediaType expected) {
        assertThat(MediaType.negotiate(accept).orElse(null)).isEqualTo(expected);
    }

    @Test
    void shouldTakeContentTypesWithParameters() {
        assertThat(MediaType.parse("Application/JSON; charset=utf-8")).contains(MediaType.JSON);
        assertThat(MediaType.parse("application/x-protobuf")).contains(MediaType.PROTOBUF);
        assertThat(MediaType.parse("application/jsonx")).isEmpty();
        assertThat(MediaType.parse(null)).isEmpty();
    }

    @Test
    void shouldNameWhatIsWrongWithProtobufBytes() {
        assertThatThrownBy(() -> MediaType.PROTOBUF.decode(new byte[] {7, 7}, AgentID.newBuilder()))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("2 bytes must be a protobuf mesos.v1.AgentID: ");
        assertThatThrownBy(() -> MediaType.PROTOBUF.decode(new byte[0], AgentID.newBuilder()))
                .hasMessage("Missing required fields: value");
        assertThatThrownBy(() -> MediaType.RECORDIO.encode(AgentID.getDefaultInstance()))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
