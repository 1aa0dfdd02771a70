package io.gatun.master.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.master.operator.Metrics;
import io.gatun.master.operator.TestMaster;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a real server. */
class LegacyRoutesTest {
    private TestMaster master;

    @BeforeEach
    void start() {
        master = new TestMaster(List.of((router, context) ->
                new LegacyRoutes(new Metrics(context, Clock.systemUTC(), List.of())).mount(router, context)));
    }

    @AfterEach
    void stop() {
        master.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/state, /leader_info/id, m1",
        "/state-summary, /frameworks/0/TASK_RUNNING, 1",
        "/slaves?slave_id=m1-S1, /slaves/0/id, m1-S1",
        "/frameworks?framework_id=m0-0001, /completed_frameworks/0/name, once",
        "/tasks?limit=1, /tasks/0/id, web.1",
        "/roles, /roles/2/name, web/blue",
        "/flags, /flags/cluster, test",
        "/version, /version, 1.11.0",
        "/metrics/snapshot?timeout=10secs, /master~1elected, 1.0"
    })
    void shouldServeUnderBothNames(String path, String pointer, String value) throws Exception {
        for (String prefix : new String[] {"", "/master"}) {
            HttpResponse<String> response = master.get(prefix + path);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
            JsonNode json = new ObjectMapper().readTree(response.body());
            assertThat(json.at(pointer).asText()).isEqualTo(value);
        }
    }

    @Test
    void shouldBeHealthyWithAnEmptyBody() throws Exception {
        assertThat(master.get("/health").statusCode()).isEqualTo(200);
        assertThat(master.get("/master/health").body()).isEmpty();
    }

    @Test
    void shouldWrapInTheCallbackOfJsonp() throws Exception {
        HttpResponse<String> response = master.get("/version?jsonp=angular.callbacks._1");
        assertThat(response.body()).isEqualTo("angular.callbacks._1({\"version\":\"1.11.0\"});");
        assertThat(response.headers().firstValue("Content-Type")).contains("text/javascript");
        assertThat(master.get("/version?jsonp=alert(1)//").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/state.json", "/master/state.json", "/metrics/snapshot.json", "/master/slaves.json"})
    void shouldNotKnowTheFormsWithAnEnding(String path) throws Exception {
        assertThat(master.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void shouldRefuseWhatItCannotRead() throws Exception {
        assertThat(master.get("/tasks?limit=many").statusCode()).isEqualTo(400);
        HttpResponse<String> timeout = master.get("/metrics/snapshot?timeout=10");
        assertThat(timeout.statusCode()).isEqualTo(400);
        assertThat(timeout.body()).contains("'10'").contains("10secs");
        HttpResponse<byte[]> post = master.post("/state", new byte[0]);
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).contains("GET");
    }

    @Test
    void shouldTellNothingOfTheClusterWhenAnotherMasterLeadsByNow() throws Exception {
        master.succeeded();
        for (String path : List.of("/state", "/state-summary", "/slaves", "/tasks", "/roles")) {
            HttpResponse<String> answer = master.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(503);
            assertThat(answer.body()).contains("no longer leads: replica 2 has promised epoch 9");
        }
        assertThat(master.get("/flags").statusCode()).isEqualTo(200);
    }
}
