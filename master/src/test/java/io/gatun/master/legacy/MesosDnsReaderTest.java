package io.gatun.master.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gatun.master.operator.SampleCluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Reads {@code /state} the way mesos-dns does: with the types of its records/state/state.go, where a value of another type
 * fails the whole document.
 */
class MesosDnsReaderTest {
    private record State(List<Framework> frameworks, List<Slave> slaves, String leader) {}

    private record Framework(List<Task> tasks, String pid, String name, String hostname) {}

    private record Slave(String id, String hostname, String pid) {}

    private record Task(
            @JsonProperty("framework_id") String frameworkId,
            String id,
            String name,
            @JsonProperty("slave_id") String slaveId,
            String state,
            List<Status> statuses,
            TaskResources resources,
            Discovery discovery) {}

    private record TaskResources(String ports) {}

    private record Label(String key, String value) {}

    private record Status(
            double timestamp,
            String state,
            List<Label> labels,
            @JsonProperty("container_status") ContainerStatus containerStatus) {}

    private record ContainerStatus(
            @JsonProperty("network_infos") List<NetworkInfo> networkInfos) {}

    private record NetworkInfo(@JsonProperty("ip_addresses") List<IpAddress> ipAddresses) {}

    private record IpAddress(@JsonProperty("ip_address") String ipAddress) {}

    private record Discovery(String visibility, String name, Ports ports) {}

    private record Ports(List<Port> ports) {}

    private record Port(String protocol, int number, String name) {}

    @Test
    void shouldFindEverythingItMakesRecordsOf() throws Exception {
        ObjectMapper strict = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .build();
        MasterPage page =
                new MasterPage(SampleCluster.snapshot(), Optional.of(SampleCluster.MASTER), Optional.empty(), Map.of());
        State state = strict.readValue(new StateDocument(page).bytes(), State.class);

        assertThat(state.leader()).isEqualTo("master@127.0.0.1:5050");
        assertThat(state.slaves().getFirst()).isEqualTo(new Slave("m1-S0", "node.example", "slave(1)@127.0.0.1:5051"));
        Framework framework = state.frameworks().getFirst();
        assertThat(framework.name()).isEqualTo("marathon");
        assertThat(framework.hostname()).isEqualTo("one.example");
        assertThat(framework.pid()).isNull();
        Task task = framework.tasks().getFirst();
        assertThat(task.id()).isEqualTo("web.1");
        assertThat(task.name()).isEqualTo("web");
        assertThat(task.frameworkId()).isEqualTo("m1-0000");
        assertThat(task.slaveId()).isEqualTo("m1-S0");
        assertThat(task.state()).isEqualTo("TASK_RUNNING");
        assertThat(task.resources().ports()).isEqualTo("[31001-31002, 31005-31005]");
        Status newest = task.statuses().getLast();
        assertThat(newest.state()).isEqualTo("TASK_RUNNING");
        assertThat(newest.labels()).containsExactly(new Label("a", "b"));
        assertThat(newest.containerStatus().networkInfos().getFirst().ipAddresses())
                .containsExactly(new IpAddress("127.0.0.1"));
        assertThat(task.discovery().ports().ports()).containsExactly(new Port("tcp", 31001, "http"));
    }
}
