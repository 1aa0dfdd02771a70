package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.isolator.ContainerConfig;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.DiscoveryInfo;
import io.gatun.mesos.v1.Label;
import io.gatun.mesos.v1.Labels;
import io.gatun.mesos.v1.TaskState;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.mesos.v1.agent.Protos.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent's endpoints with one task running; protobuf answers are read by Mesos' own classes. */
final class AgentHttpTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path workDir;

    private final HttpClient client = HttpClient.newHttpClient();
    private AgentHarness harness;
    private ContainerConfig container;

    @BeforeEach
    void start() {
        harness = new AgentHarness(workDir);
        harness.launch(flags -> flags.attributes = "rack:a;cores:2");
        harness.master.awaitSubscribe(1);
        harness.master.run(
                Samples.framework(),
                Samples.task("t")
                        .setLabels(Labels.newBuilder()
                                .addLabels(Label.newBuilder().setKey("k").setValue("v")))
                        .setDiscovery(DiscoveryInfo.newBuilder()
                                .setVisibility(DiscoveryInfo.Visibility.CLUSTER)
                                .setName("d"))
                        .build());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        container = harness.containers.await("t");
    }

    @AfterEach
    void stop() {
        harness.close();
        client.close();
    }

    @Test
    void shouldShowStateInMesosModel() throws Exception {
        JsonNode state = json("/state");
        assertThat(state.path("id").asText()).isEqualTo("m-S0");
        assertThat(state.path("pid").asText())
                .isEqualTo("slave(1)@127.0.0.1:" + harness.agent().port());
        assertThat(state.path("master_hostname").asText()).isEqualTo("master.test");
        assertThat(state.path("attributes")).isEqualTo(JSON.readTree("{\"rack\":\"a\",\"cores\":2.0}"));
        assertThat(state.path("resources").path("gpus").asDouble(-1)).isZero();
        assertThat(state.path("resources").path("ports").asText()).isEqualTo("[31000-32000]");
        assertThat(state.path("unreserved_resources_allocated").path("cpus").asDouble())
                .isEqualTo(0.5);
        assertThat(state.path("flags").path("work_dir").asText()).isEqualTo(workDir.toString());
        assertThat(state.path("completed_frameworks")).isEmpty();
        JsonNode framework = state.path("frameworks").path(0);
        assertThat(framework.path("id").asText()).isEqualTo(Samples.FRAMEWORK);
        JsonNode executor = framework.path("executors").path(0);
        assertThat(executor.path("id").asText()).isEqualTo("t");
        assertThat(executor.path("container").asText()).isEqualTo(container.id());
        assertThat(executor.path("directory").asText())
                .isEqualTo(container.sandbox().toString());
        JsonNode task = executor.path("tasks").path(0);
        assertThat(task.path("id").asText()).isEqualTo("t");
        assertThat(task.path("slave_id").asText()).isEqualTo("m-S0");
        assertThat(task.path("state").asText()).isEqualTo("TASK_RUNNING");
        assertThat(task.path("labels")).isEqualTo(JSON.readTree("[{\"key\":\"k\",\"value\":\"v\"}]"));
        assertThat(task.path("discovery").path("visibility").asText()).isEqualTo("CLUSTER");
        assertThat(task.path("statuses")).hasSize(2);
        JsonNode running = task.path("statuses").path(1).path("container_status");
        assertThat(running.path("network_infos")
                        .path(0)
                        .path("ip_addresses")
                        .path(0)
                        .path("ip_address")
                        .asText())
                .isEqualTo("127.0.0.1");
    }

    @Test
    void shouldShowThatItIsDrained() throws Exception {
        AgentEvent.Builder drained = AgentEvent.newBuilder().setType(AgentEvent.Type.DRAINING);
        drained.getDrainedSinceBuilder()
                .setSinceEpochMs(1_700_000_000_500L)
                .getConfigBuilder()
                .setMarkGone(true);
        harness.master.send(drained);
        Await.until("it is shown", () -> json("/state").has("drain_config"));
        assertThat(json("/state").path("drain_config").path("mark_gone").asBoolean())
                .isTrue();
        assertThat(json("/state").path("estimated_drain_start_time_seconds").asDouble())
                .isEqualTo(1_700_000_000.5);
        harness.master.send(drained.clearDrainedSince());
        Await.until("it is over", () -> !json("/state").has("drain_config"));
        assertThat(json("/state").has("estimated_drain_start_time_seconds")).isFalse();
    }

    @Test
    void shouldMoveEndedTaskToCompleted() throws Exception {
        harness.containers.end(container.id(), 0);
        harness.master.awaitUpdate("t", TaskState.TASK_FINISHED);
        Await.until(
                "the framework is completed",
                () -> json("/state").path("frameworks").isEmpty());
        JsonNode executor = json("/state")
                .path("completed_frameworks")
                .path(0)
                .path("completed_executors")
                .path(0);
        assertThat(executor.path("completed_tasks").path(0).path("state").asText())
                .isEqualTo("TASK_FINISHED");
        assertThat(json("/metrics/snapshot").path("slave/tasks_finished").asDouble())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/slave(1)/state", "/slave%281%29/state", "/state/"})
    void shouldServeEveryPathBelowTheProcessToo(String path) throws Exception {
        assertThat(json(path).path("id").asText()).isEqualTo("m-S0");
    }

    @Test
    void shouldListContainersWithStatistics() throws Exception {
        JsonNode listed = json("/containers").path(0);
        assertThat(listed.path("container_id").asText()).isEqualTo(container.id());
        assertThat(listed.path("executor_name").asText())
                .isEqualTo("Command Executor (Task: t) (Command: sh -c 'sleep 1000')");
        assertThat(listed.path("status").path("executor_pid").asInt()).isEqualTo(4242);
        assertThat(listed.path("statistics").path("mem_rss_bytes").asLong()).isEqualTo(1024);
        assertThat(json("/containers?container_id=other")).isEmpty();
        assertThat(json("/containers?framework_id=" + Samples.FRAMEWORK + "&executor_id=t"))
                .hasSize(1);
        assertThat(get("/containers?executor_id=t").statusCode()).isEqualTo(400);
        JsonNode statistics = json("/monitor/statistics").path(0);
        assertThat(statistics.path("source").asText()).isEqualTo("t");
        assertThat(statistics.path("statistics").path("cpus_limit").asDouble()).isEqualTo(0.5);
    }

    @Test
    void shouldListWhatIsBeingLaunchedWhereAsked() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        harness.containers.launchGate = gate;
        try {
            harness.master.run(Samples.framework(), Samples.task("slow").build());
            Await.until(
                    "a launch that waits",
                    () -> json("/containers?show_launching=true").size() == 2);
            JsonNode slow = json("/containers?show_launching=true&executor_id=slow&framework_id=" + Samples.FRAMEWORK)
                    .path(0);
            assertThat(slow.path("state").asText()).isEqualTo("PROVISIONING");
            assertThat(slow.path("progress").asText()).isEqualTo("docker.io/library/app:1, 1.0 of 2.0 MiB");
            assertThat(slow.path("executor_name").asText()).contains("Task: slow");
            assertThat(json("/containers")).hasSize(1);
        } finally {
            gate.countDown();
        }
        harness.master.awaitUpdate("slow", TaskState.TASK_RUNNING);
        assertThat(json("/containers?show_launching=true")).hasSize(2);
        assertThat(json("/containers")).hasSize(2);
    }

    @Test
    void shouldTellWhatLimitsDoToAContainer() throws Exception {
        JsonNode statistics = json("/containers").path(0).path("statistics");
        assertThat(statistics.path("cpus_soft_limit").asDouble()).isEqualTo(0.25);
        assertThat(statistics.path("cpus_nr_throttled").asInt()).isEqualTo(4);
        assertThat(statistics.path("mem_soft_limit_bytes").asLong()).isEqualTo(33_554_432);
        assertThat(statistics.path("mem_total_memsw_bytes").asLong()).isEqualTo(5120);
        assertThat(statistics.path("mem_swap_bytes").asLong()).isEqualTo(1024);
        assertThat(statistics.path("mem_kmem_usage_bytes").asLong()).isEqualTo(512);
        assertThat(statistics.path("mem_mapped_file_bytes").asLong()).isEqualTo(128);
        assertThat(statistics.path("mem_unevictable_bytes").asLong()).isEqualTo(32);
        JsonNode disk = statistics.path("blkio_statistics").path("throttling").path(0);
        assertThat(disk.path("device").path("major_number").asInt()).isEqualTo(254);
        assertThat(disk.path("io_service_bytes").path(1).path("op").asText()).isEqualTo("WRITE");
        assertThat(disk.path("io_service_bytes").path(1).path("value").asInt()).isEqualTo(20);
        assertThat(disk.path("io_serviced").path(3).path("value").asInt()).isEqualTo(6);
        assertThat(statistics.path("perf").path("context_switches").asInt()).isEqualTo(42);
        assertThat(statistics.path("perf").path("task_clock").asDouble()).isEqualTo(12.5);
        JsonNode cpu = statistics.path("pressure").path("cpu");
        assertThat(cpu.path("some").path("avg10").asDouble()).isEqualTo(1.5);
        assertThat(cpu.path("full").path("total_usec").asInt()).isEqualTo(12_345);
        assertThat(statistics.path("pressure").has("io")).isFalse();
    }

    @Test
    void shouldNameMetricsAsMesosDoes() throws Exception {
        JsonNode metrics = json("/metrics/snapshot");
        assertThat(metrics.path("slave/registered").asInt()).isEqualTo(1);
        assertThat(metrics.path("slave/tasks_running").asInt()).isEqualTo(1);
        assertThat(metrics.path("slave/cpus_used").asDouble()).isEqualTo(0.5);
        assertThat(metrics.path("slave/cpus_percent").asDouble()).isEqualTo(0.125);
        assertThat(metrics.has("system/load_1min")).isTrue();
    }

    @Test
    void shouldServePaging() throws Exception {
        Files.writeString(container.stdout(), "hello world");
        String read = "/files/read?path=" + container.sandbox() + "/stdout";
        assertThat(json(read + "&offset=-1")).isEqualTo(JSON.readTree("{\"data\":\"\",\"offset\":11}"));
        assertThat(json(read)).isEqualTo(JSON.readTree("{\"data\":\"\",\"offset\":11}"));
        assertThat(json(read + "&offset=6&length=3")).isEqualTo(JSON.readTree("{\"data\":\"wor\",\"offset\":6}"));
        assertThat(json(read + "&offset=99")).isEqualTo(JSON.readTree("{\"data\":\"\",\"offset\":11}"));
        assertThat(get(read + "&offset=-2").statusCode()).isEqualTo(400);
        assertThat(get(read + "&offset=x").statusCode()).isEqualTo(400);
        Files.writeString(container.stdout(), "x".repeat(70_000));
        assertThat(json(read + "&offset=0&length=70000").path("data").asText()).hasSize(65_536);
    }

    @Test
    void shouldBrowseByEachName() throws Exception {
        Files.createDirectory(container.sandbox().resolve("logs"));
        String latest = "/frameworks/" + Samples.FRAMEWORK + "/executors/t/runs/latest";
        JsonNode files = json("/files/browse?path=" + latest);
        assertThat(files)
                .extracting(file -> file.path("path").asText())
                .containsExactly(latest + "/logs", latest + "/stderr", latest + "/stdout");
        assertThat(files.path(0).path("mode").asText()).startsWith("d");
        assertThat(files.path(2).path("mode").asText()).isEqualTo("-rw-r--r--");
        assertThat(files.path(2).path("uid").asText()).isEqualTo(Samples.USER);
        assertThat(files.path(2).path("nlink").asInt()).isEqualTo(1);
        assertThat(files.path(2).path("mtime").asDouble()).isGreaterThan(1e9);
        assertThat(json("/files/browse?path=" + container.sandbox())).hasSize(3);
        assertThat(json("/files/browse?path=" + container.sandbox() + "/logs")).isEmpty();
        assertThat(json("/files/debug").has(latest)).isTrue();
    }

    @Test
    void shouldDownloadWhole() throws Exception {
        String text = "0123456789".repeat(50_000);
        Files.writeString(container.sandbox().resolve("data.txt"), text);
        HttpResponse<String> response = get("/files/download?path=" + container.sandbox() + "/data.txt");
        assertThat(response.body()).isEqualTo(text);
        assertThat(response.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"data.txt\"");
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain");
        assertThat(get("/files/download?path=" + container.sandbox()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void shouldRefuseEverythingOutsideSandboxes() throws Exception {
        Path secret = Files.writeString(workDir.resolve("secret"), "secret");
        Files.createSymbolicLink(container.sandbox().resolve("file"), secret);
        Files.createSymbolicLink(container.sandbox().resolve("dir"), workDir);
        Files.createSymbolicLink(container.sandbox().resolve("fine"), Path.of("stdout"));
        String sandbox = "path=" + container.sandbox();
        for (String call : new String[] {"read", "download"}) {
            assertThat(get("/files/" + call + "?" + sandbox + "/file").statusCode())
                    .isEqualTo(403);
            assertThat(get("/files/" + call + "?" + sandbox + "/dir/secret").statusCode())
                    .isEqualTo(403);
            assertThat(get("/files/" + call + "?" + sandbox + "/../../../../../../../../../secret")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(get("/files/" + call + "?path=" + secret).statusCode()).isEqualTo(404);
            assertThat(get("/files/" + call + "?path=/etc/passwd").statusCode()).isEqualTo(404);
            assertThat(get("/files/" + call + "?" + sandbox + "/none").statusCode())
                    .isEqualTo(404);
            assertThat(get("/files/" + call + "?" + sandbox + "/fine").statusCode())
                    .isEqualTo(200);
            assertThat(get("/files/" + call).statusCode()).isEqualTo(400);
        }
        assertThat(get("/files/browse?" + sandbox + "/dir").statusCode()).isEqualTo(403);
        assertThat(get("/files/browse?path=" + workDir + "/meta").statusCode()).isEqualTo(404);
        assertThat(get("/files/browse?" + sandbox + "/stdout").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldAnswerV1CallsInProtobufThatMesosReads() throws Exception {
        Response state = v1("{\"type\":\"GET_STATE\"}");
        assertThat(state.getType()).isEqualTo(Response.Type.GET_STATE);
        assertThat(state.getGetState()
                        .getGetTasks()
                        .getLaunchedTasks(0)
                        .getTaskId()
                        .getValue())
                .isEqualTo("t");
        assertThat(state.getGetState()
                        .getGetFrameworks()
                        .getFrameworks(0)
                        .getFrameworkInfo()
                        .getName())
                .isEqualTo("test");
        assertThat(state.getGetState()
                        .getGetExecutors()
                        .getExecutors(0)
                        .getExecutorInfo()
                        .getExecutorId()
                        .getValue())
                .isEqualTo("t");
        assertThat(v1("{\"type\":\"GET_AGENT\"}")
                        .getGetAgent()
                        .getAgentInfo()
                        .getId()
                        .getValue())
                .isEqualTo("m-S0");
        assertThat(v1("{\"type\":\"GET_CONTAINERS\"}")
                        .getGetContainers()
                        .getContainers(0)
                        .getResourceStatistics()
                        .getMemRssBytes())
                .isEqualTo(1024);
        assertThat(v1("{\"type\":\"GET_HEALTH\"}").getGetHealth().getHealthy()).isTrue();
        assertThat(v1("{\"type\":\"GET_VERSION\"}")
                        .getGetVersion()
                        .getVersionInfo()
                        .getVersion())
                .isEqualTo("1.11.0");
        assertThat(v1("{\"type\":\"GET_METRICS\",\"get_metrics\":{}}")
                        .getGetMetrics()
                        .getMetricsCount())
                .isGreaterThan(40);
        assertThat(v1("{\"type\":\"GET_FLAGS\"}").getGetFlags().getFlagsList())
                .anyMatch(flag ->
                        flag.getName().equals("work_dir") && flag.getValue().equals(workDir.toString()));
        Files.writeString(container.stdout(), "hello");
        Response read = v1("{\"type\":\"READ_FILE\",\"read_file\":{\"path\":\"" + container.stdout()
                + "\",\"offset\":1,\"length\":3}}");
        assertThat(read.getReadFile().getData().toString(StandardCharsets.UTF_8))
                .isEqualTo("ell");
        assertThat(read.getReadFile().getSize()).isEqualTo(5);
        Response list = v1("{\"type\":\"LIST_FILES\",\"list_files\":{\"path\":\"" + container.sandbox() + "\"}}");
        assertThat(list.getListFiles().getFileInfosList()).hasSize(2);
    }

    @Test
    void shouldSayWhatItDoesNotDo() throws Exception {
        HttpResponse<String> response = post("{\"type\":\"GET_OPERATIONS\"}");
        assertThat(response.statusCode()).isEqualTo(501);
        assertThat(response.body()).contains("GET_OPERATIONS");
        assertThat(post("{\"type\":\"GET_METRICS\"}").statusCode()).isEqualTo(400);
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(json("/version").path("version").asText()).isEqualTo("1.11.0");
        assertThat(json("/flags").path("flags").path("recover").asText()).isEqualTo("reconnect");
    }

    private Response v1(String call) throws Exception {
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(uri("/api/v1"))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/x-protobuf")
                        .POST(HttpRequest.BodyPublishers.ofString(call))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        return Response.parseFrom(response.body());
    }

    private HttpResponse<String> post(String call) throws Exception {
        return client.send(
                HttpRequest.newBuilder(uri("/slave(1)/api/v1"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(call))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) {
        try {
            return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
        } catch (Exception e) {
            throw new IllegalStateException(path, e);
        }
    }

    private JsonNode json(String path) {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        try {
            return JSON.readTree(response.body());
        } catch (Exception e) {
            throw new IllegalStateException(response.body(), e);
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + harness.agent().port() + path);
    }
}
