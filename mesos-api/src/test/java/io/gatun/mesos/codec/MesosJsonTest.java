package io.gatun.mesos.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.OfferFilters;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.master.Call;
import org.junit.jupiter.api.Test;

final class MesosJsonTest {
    private static FrameworkInfo framework(String json) throws CodecException {
        FrameworkInfo.Builder builder = FrameworkInfo.newBuilder();
        MesosJson.merge(json, builder);
        return builder.build();
    }

    @Test
    void shouldEmitExplicitDefaultsThatAreNotDeprecatedInDeclarationOrder() {
        FrameworkInfo info =
                FrameworkInfo.newBuilder().setUser("root").setName("test").build();
        assertThat(MesosJson.print(info))
                .isEqualTo("{\"user\":\"root\",\"name\":\"test\",\"failover_timeout\":0.0,\"checkpoint\":false}");
    }

    @Test
    void shouldWriteBytesAsBase64AndDoublesWithPoint() {
        TaskStatus status = TaskStatus.newBuilder()
                .setTaskId(io.gatun.mesos.v1.TaskID.newBuilder().setValue("t"))
                .setState(io.gatun.mesos.v1.TaskState.TASK_RUNNING)
                .setTimestamp(15)
                .setUuid(ByteString.copyFrom(new byte[] {0, (byte) 0xff, 0x10}))
                .build();
        assertThat(MesosJson.print(status))
                .isEqualTo("{\"task_id\":{\"value\":\"t\"},\"state\":\"TASK_RUNNING\",\"timestamp\":15.0,"
                        + "\"uuid\":\"AP8Q\"}");
    }

    @Test
    void shouldWriteMapsAsObjectsKeyedByKey() throws CodecException {
        FrameworkInfo info = FrameworkInfo.newBuilder()
                .setUser("u")
                .setName("n")
                .putOfferFilters("eng", OfferFilters.getDefaultInstance())
                .build();
        String json = MesosJson.print(info);
        assertThat(json).endsWith(",\"offer_filters\":{\"eng\":{}}}");
        assertThat(framework(json))
                .isEqualTo(info.toBuilder()
                        .setFailoverTimeout(0)
                        .setCheckpoint(false)
                        .build());
    }

    @Test
    void shouldIgnoreUnknownFieldsAndNull() throws CodecException {
        FrameworkInfo info = framework(
                "{\"user\":\"u\",\"name\":\"n\",\"x\":{\"y\":[1,{}]},\"hostname\":null,\"camelCase\":1,\"roles\":null}");
        assertThat(info.hasHostname()).isFalse();
        assertThat(info.getRolesCount()).isZero();
    }

    @Test
    void shouldAcceptNumbersAndBooleansAsStrings() throws CodecException {
        assertThat(framework("{\"user\":\"u\",\"name\":\"n\",\"failover_timeout\":\"1.5\",\"checkpoint\":\"true\"}"))
                .satisfies(info -> assertThat(info.getFailoverTimeout()).isEqualTo(1.5))
                .satisfies(info -> assertThat(info.getCheckpoint()).isTrue());
        Filters.Builder filters = Filters.newBuilder();
        MesosJson.merge("{\"refuse_seconds\":\"Infinity\"}", filters);
        assertThat(filters.getRefuseSeconds()).isInfinite();
    }

    @Test
    void shouldDropUnknownEnumNamesInOptionalFieldsOnly() throws CodecException {
        TaskStatus.Builder status = TaskStatus.newBuilder();
        MesosJson.merge("{\"task_id\":{\"value\":\"t\"},\"state\":\"TASK_LOST\",\"reason\":\"REASON_NEW\"}", status);
        assertThat(status.hasReason()).isFalse();
        assertThatThrownBy(() -> MesosJson.merge(
                        "{\"task_id\":{\"value\":\"t\"},\"state\":\"TASK_NEW\"}", TaskStatus.newBuilder()))
                .isInstanceOf(CodecException.class)
                .hasMessage("state: \"TASK_NEW\" must be a name of mesos.v1.TaskState");
    }

    @Test
    void shouldNameFieldValueAndRule() {
        assertThatThrownBy(() -> framework("{\"user\":5,\"name\":\"n\"}")).hasMessage("user: 5 must be a string");
        assertThatThrownBy(() -> framework("{\"user\":\"u\",\"name\":\"n\",\"labels\":{\"labels\":[{\"key\":{}}]}}"))
                .hasMessage("labels.labels[0].key: a JSON object must be a string");
        assertThatThrownBy(() -> framework("{\"user\":\"u\"}")).hasMessage("Missing required fields: name");
        assertThatThrownBy(() -> framework("[]"))
                .hasMessage("a JSON array must be a JSON object of type mesos.v1.FrameworkInfo");
        assertThatThrownBy(() -> framework("{\"user\":\"u\"")).hasMessageStartingWith("the body must be valid JSON");
        assertThatThrownBy(() -> MesosJson.merge("{\"type\":\"GET_STATE\"} x", Call.newBuilder()))
                .isInstanceOf(CodecException.class);
    }

    @Test
    void shouldCheckTheRangeOfIntegers() throws CodecException {
        TaskInfo.Builder task = TaskInfo.newBuilder();
        String head = "{\"name\":\"n\",\"task_id\":{\"value\":\"t\"},\"agent_id\":{\"value\":\"a\"},\"health_check\":{"
                + "\"type\":\"TCP\",\"tcp\":{\"port\":";
        MesosJson.merge(head + "80.0}}}", task);
        assertThat(task.getHealthCheck().getTcp().getPort()).isEqualTo(80);
        assertThatThrownBy(() -> MesosJson.merge(head + "-1}}}", TaskInfo.newBuilder()))
                .hasMessage("health_check.tcp.port: -1 must be between 0 and 4294967295");
        assertThatThrownBy(() -> MesosJson.merge(head + "80.5}}}", TaskInfo.newBuilder()))
                .hasMessage("health_check.tcp.port: 80.5 must be a whole number");
        assertThatThrownBy(() -> MesosJson.merge(head + "1e-999999999}}}", TaskInfo.newBuilder()))
                .hasMessageEndingWith("must be a whole number");
        assertThatThrownBy(() -> MesosJson.merge(head + "1e999999999}}}", TaskInfo.newBuilder()))
                .hasMessageEndingWith("must fit 64 bits");
    }
}
