package io.gatun.dist.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ContainerListTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static String containers(double at, double cpuSeconds) {
        return """
                [{"framework_id": "f", "executor_id": "web", "container_id": "c1", "state": "RUNNING",
                  "status": {"executor_pid": 4711},
                  "statistics": {"timestamp": %s, "cpus_user_time_secs": %s, "cpus_system_time_secs": 1,
                    "cpus_limit": 2.0, "mem_total_bytes": 3145728, "mem_limit_bytes": 67108864,
                    "processes": 2, "threads": 5}},
                 {"container_id": "c1.debug", "state": "RUNNING", "statistics": {"timestamp": %s}}]
                """.formatted(at, cpuSeconds, at);
    }

    private static JsonNode tree(String json) throws JsonProcessingException {
        return JSON.readTree(json);
    }

    @Test
    void shouldShowWhatIsUsedBetweenTwoLooks() throws IOException {
        ContainerList list = ContainerList.of(tree(containers(10, 7)), tree(containers(12, 7.5)));
        assertThat(list.table()).isEqualTo("""
                CONTAINER  EXECUTOR  STATE    PID   CPUS       MEM             PIDS
                c1         web       RUNNING  4711  0.25/2.00  3.0MiB/64.0MiB  5
                c1.debug   -         RUNNING  -     0.00       0.0MiB          0
                """);
        JsonNode row = JSON.readTree(list.json()).path(0);
        assertThat(row.path("cpus").asDouble()).isEqualTo(0.25);
        assertThat(row.path("memoryLimitBytes").asLong()).isEqualTo(67_108_864);
    }

    @Test
    void shouldShowAContainerThatIsNew() throws IOException {
        assertThat(ContainerList.of(tree("[]"), tree(containers(12, 7.5))).table())
                .contains("0.00/2.00");
        assertThat(ContainerList.of(tree("[]"), tree("[]")).table())
                .isEqualTo("CONTAINER  EXECUTOR  STATE  PID  CPUS  MEM  PIDS\n");
    }

    @Test
    void shouldShowHowFarAnImageIs() throws IOException {
        JsonNode launching = tree("""
                [{"executor_id": "web", "container_id": "c2", "state": "PROVISIONING",
                  "progress": "docker.io/library/web:1, 12.0 of 40.5 MiB"}]
                """);
        assertThat(ContainerList.of(tree("[]"), launching).table())
                .contains("c2         web       PROVISIONING docker.io/library/web:1, 12.0 of 40.5 MiB  -");
    }

    @Test
    void shouldAskAnAgent() throws IOException {
        HttpServer agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        agent.createContext("/containers", exchange -> {
            boolean all = exchange.getRequestURI()
                    .getQuery()
                    .equals("show_nested=true&show_standalone=true&show_launching=true");
            byte[] body = containers(1, 1).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(all ? 200 : 400, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        agent.start();
        String address = "127.0.0.1:" + agent.getAddress().getPort();
        try {
            assertThat(ContainerList.ask(address, Duration.ofMillis(1)).table()).contains("c1.debug");
        } finally {
            agent.stop(0);
        }
        assertThatThrownBy(() -> ContainerList.ask(address, Duration.ofMillis(1)))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--agent=" + address)
                .hasMessageContaining("does not answer");
        assertThatThrownBy(() -> ContainerList.ask("no address", Duration.ofMillis(1)))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("must be ip:port");
    }
}
