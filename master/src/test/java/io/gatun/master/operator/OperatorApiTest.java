package io.gatun.master.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.gatun.master.MasterContext;
import io.gatun.master.state.Command;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.master.Response;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.apache.mesos.v1.master.Protos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a real server; answers are read with the official classes. */
class OperatorApiTest {
    private EventHub hub;
    private TestMaster master;

    @BeforeEach
    void start() {
        hub = new EventHub(10);
        master = new TestMaster(List.of((router, context) ->
                new OperatorRoutes(hub, new Metrics(context, Clock.systemUTC(), List.of(hub))).mount(router, context)));
    }

    @AfterEach
    void stop() {
        hub.close();
        master.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.Type.class,
            names = {
                "GET_HEALTH",
                "GET_FLAGS",
                "GET_VERSION",
                "GET_METRICS",
                "GET_STATE",
                "GET_AGENTS",
                "GET_FRAMEWORKS",
                "GET_EXECUTORS",
                "GET_TASKS",
                "GET_ROLES",
                "GET_MASTER",
                "GET_WEIGHTS",
                "GET_QUOTA",
                "GET_MAINTENANCE_SCHEDULE",
                "GET_MAINTENANCE_STATUS",
                "GET_OPERATIONS"
            })
    void shouldAnswerWhatTheOfficialClassesUnderstand(Call.Type type) throws Exception {
        Call call = call(type);
        HttpResponse<byte[]> response = master.post(
                "/api/v1",
                MediaType.PROTOBUF.encode(call),
                "Content-Type",
                "application/x-protobuf",
                "Accept",
                "application/x-protobuf");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/x-protobuf");
        Protos.Response official = Protos.Response.parseFrom(response.body());
        assertThat(official.getType().name()).isEqualTo(type.name());
        assertThat(official.getUnknownFields().asMap()).isEmpty();
        // Nothing is lost on the way through them, and JSON tells the same.
        Response ours = Response.parseFrom(official.toByteArray());
        HttpResponse<byte[]> json = postJson("/master/api/v1", MesosJson.print(call));
        assertThat(json.headers().firstValue("Content-Type")).contains("application/json");
        if (type != Call.Type.GET_METRICS) { // Time passes.
            assertThat(new String(json.body(), StandardCharsets.UTF_8)).isEqualTo(MesosJson.print(ours));
        }
    }

    @Test
    void shouldTellTheWholeState() throws Exception {
        Protos.Response.GetState state = official(call(Call.Type.GET_STATE)).getGetState();

        assertThat(state.getGetAgents().getAgentsList())
                .extracting(agent -> agent.getAgentInfo().getId().getValue())
                .containsExactly("m1-S0", "m1-S1");
        assertThat(state.getGetAgents().getAgents(0).getRegisteredTime().getNanoseconds())
                .isEqualTo(1_002_500_000_000L);
        assertThat(state.getGetAgents().getRecoveredAgentsList()).hasSize(1);
        assertThat(state.getGetFrameworks().getFrameworks(0).getFrameworkInfo().getName())
                .isEqualTo("marathon");
        assertThat(state.getGetFrameworks().getCompletedFrameworksList()).hasSize(1);
        assertThat(state.getGetTasks().getTasksList())
                .extracting(task -> task.getTaskId().getValue())
                .containsExactly("web.1", "batch.2");
        assertThat(state.getGetTasks().getUnreachableTasksList()).hasSize(1);
        assertThat(state.getGetTasks().getCompletedTasksList())
                .extracting(task -> task.getTaskId().getValue())
                .containsExactly("batch.0", "once.0");
        assertThat(state.getGetExecutors().getExecutorsList()).isEmpty();
    }

    @Test
    void shouldTellHealthVersionFlagsMetricsRolesAndMaster() throws Exception {
        assertThat(official(call(Call.Type.GET_HEALTH)).getGetHealth().getHealthy())
                .isTrue();
        assertThat(official(call(Call.Type.GET_VERSION))
                        .getGetVersion()
                        .getVersionInfo()
                        .getVersion())
                .isEqualTo("1.11.0");
        assertThat(official(call(Call.Type.GET_FLAGS)).getGetFlags().getFlagsList())
                .anyMatch(flag ->
                        flag.getName().equals("cluster") && flag.getValue().equals("test"));
        assertThat(official(call(Call.Type.GET_METRICS)).getGetMetrics().getMetricsList())
                .anyMatch(metric -> metric.getName().equals("master/tasks_finished") && metric.getValue() == 12);
        assertThat(official(call(Call.Type.GET_ROLES)).getGetRoles().getRolesList())
                .extracting(role -> role.getName() + " " + role.getWeight())
                .containsExactly("* 1.0", "web 1.0", "web/blue 2.0");
        Protos.Response.GetMaster info = official(call(Call.Type.GET_MASTER)).getGetMaster();
        assertThat(info.getMasterInfo().getPid()).isEqualTo("master@127.0.0.1:5050");
        assertThat(info.getElectedTime()).isEqualTo(1001);
        assertThat(official(call(Call.Type.GET_WEIGHTS))
                        .getGetWeights()
                        .getWeightInfos(0)
                        .getRole())
                .isEqualTo("web/blue");
    }

    @Test
    void shouldPassATeardownOnAndAnswerWhatTheStateThreadSays() throws Exception {
        byte[] call = "{\"type\":\"TEARDOWN\",\"teardown\":{\"framework_id\":{\"value\":\"f\"}}}"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(master.post("/api/v1", call, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(200);
        assertThat(master.asked())
                .isInstanceOfSatisfying(
                        Command.TeardownFramework.class,
                        command -> assertThat(command.frameworkId().getValue()).isEqualTo("f"));

        master.answerWith(new MasterContext.Reply(400, "No framework found with ID f"));
        HttpResponse<byte[]> refused = master.post("/api/v1", call, "Content-Type", "application/json");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(text(refused)).isEqualTo("No framework found with ID f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNKNOWN", "GET_LOGGING_LEVEL"})
    void shouldSay501ToCallsThatItDoesNotHave(String type) throws Exception {
        HttpResponse<byte[]> response = postJson("/api/v1", "{\"type\":\"" + type + "\"}");
        assertThat(response.statusCode()).isEqualTo(501);
        assertThat(text(response)).isEqualTo("Call " + type + " is not implemented by this master");
    }

    @Test
    void shouldRefuseACallWithoutTypeOrPayload() throws Exception {
        HttpResponse<byte[]> noType = postJson("/api/v1", "{}");
        assertThat(noType.statusCode()).isEqualTo(400);
        assertThat(text(noType)).isEqualTo("Failed to validate master::Call: Expecting 'type' to be present");
        HttpResponse<byte[]> noPayload = postJson("/api/v1", "{\"type\":\"GET_METRICS\"}");
        assertThat(noPayload.statusCode()).isEqualTo(400);
        assertThat(text(noPayload)).isEqualTo("Failed to validate master::Call: Expecting 'get_metrics' to be present");
    }

    @Test
    void shouldCheckMethodContentTypeBodyAndAccept() throws Exception {
        assertThat(master.get("/api/v1").statusCode()).isEqualTo(405);
        assertThat(master.get("/api/v1").headers().firstValue("Allow")).contains("POST");
        byte[] health = "{\"type\":\"GET_HEALTH\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(master.post("/api/v1", health).statusCode()).isEqualTo(400);
        assertThat(master.post("/api/v1", health, "Content-Type", "text/plain").statusCode())
                .isEqualTo(415);
        assertThat(master.post("/api/v1", health, "Content-Type", "application/json; charset=utf-8")
                        .statusCode())
                .isEqualTo(200);
        assertThat(postJson("/api/v1", "{").statusCode()).isEqualTo(400);
        assertThat(master.post("/api/v1", health, "Content-Type", "application/json", "Accept", "text/html")
                        .statusCode())
                .isEqualTo(406);
    }

    private HttpResponse<byte[]> postJson(String path, String body) throws Exception {
        return master.post(path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }

    private Protos.Response official(Message call) throws Exception {
        HttpResponse<byte[]> response = master.post(
                "/api/v1",
                call.toByteArray(),
                "Content-Type",
                "application/x-protobuf",
                "Accept",
                "application/x-protobuf");
        return Protos.Response.parseFrom(response.body());
    }

    private static Call call(Call.Type type) {
        Call.Builder call = Call.newBuilder().setType(type);
        if (type == Call.Type.GET_METRICS) {
            call.setGetMetrics(Call.GetMetrics.getDefaultInstance());
        }
        return call.build();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldAnswerNoReadWhenAnotherMasterLeadsByNow() throws Exception {
        master.succeeded();
        for (String type : List.of("GET_WEIGHTS", "GET_STATE", "SUBSCRIBE")) {
            HttpResponse<byte[]> answer = master.post(
                    "/api/v1",
                    ("{\"type\":\"" + type + "\"}").getBytes(StandardCharsets.UTF_8),
                    "Content-Type",
                    "application/json",
                    "Accept",
                    "application/json");
            assertThat(answer.statusCode()).as(type).isEqualTo(503);
        }
    }
}
