package io.gatun.master.legacy;

import static io.gatun.master.legacy.DocumentText.joined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.master.operator.SampleCluster;
import io.gatun.master.state.MasterSnapshot;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private static final MasterSnapshot SNAPSHOT = SampleCluster.snapshot();

    @Test
    void shouldCountTasksOfAgentsAndFrameworksInTheSummary() throws IOException {
        JsonNode summary = json(
                new StateSummaryDocument(new MasterPage(SNAPSHOT, Optional.empty(), Optional.of("test"), Map.of())));

        assertThat(summary.get("hostname").asText()).isEqualTo("one.example");
        assertThat(summary.get("cluster").asText()).isEqualTo("test");
        JsonNode agent = summary.get("slaves").get(0);
        assertThat(agent.get("TASK_RUNNING").asInt()).isEqualTo(1);
        assertThat(agent.get("TASK_STAGING").asInt()).isEqualTo(1);
        assertThat(agent.get("TASK_FINISHED").asInt()).isEqualTo(1);
        assertThat(agent.get("TASK_UNREACHABLE").asInt()).isZero();
        assertThat(agent.get("framework_ids").toString()).isEqualTo("[\"m1-0000\"]");
        assertThat(agent.get("used_resources").get("cpus").asDouble()).isEqualTo(1.5);
        assertThat(summary.get("slaves").get(1).get("framework_ids")).isEmpty();
        JsonNode framework = summary.get("frameworks").get(0);
        assertThat(framework.get("TASK_UNREACHABLE").asInt()).isEqualTo(1);
        assertThat(framework.get("slave_ids").toString()).isEqualTo("[\"m1-S0\",\"m1-S3\"]");
        assertThat(framework.has("tasks")).isFalse();
        assertThat(summary.get("frameworks")).hasSize(1);
    }

    @Test
    void shouldShowResourcesInFullUnderSlaves() throws IOException {
        JsonNode agent =
                json(Documents.agents(SNAPSHOT, Optional.empty())).get("slaves").get(0);

        assertThat(agent.get("reserved_resources_full").toString()).isEqualTo(joined("""
                        {"web":[{"name":"cpus","type":"SCALAR","scalar":{"value":1.0},"role":"web",
                        "reservations":[{"type":"STATIC","role":"web"}]}]}
                        """));
        assertThat(agent.get("unreserved_resources_full").get(0).toString())
                .isEqualTo("{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":8.0},\"role\":\"*\"}");
        assertThat(agent.get("offered_resources_full").get(0).get("role").asText())
                .isEqualTo("web");
        assertThat(agent.get("used_resources_full")).isNotEmpty();
    }

    @Test
    void shouldSelectOneAgentByItsId() throws IOException {
        assertThat(ids(json(Documents.agents(SNAPSHOT, Optional.of("m1-S1"))).get("slaves")))
                .containsExactly("m1-S1");
        assertThat(ids(json(Documents.agents(SNAPSHOT, Optional.of("m0-S9"))).get("recovered_slaves")))
                .containsExactly("m0-S9");
        assertThat(json(Documents.agents(SNAPSHOT, Optional.of("nobody"))).toString())
                .isEqualTo("{\"slaves\":[],\"recovered_slaves\":[]}");
    }

    @Test
    void shouldSelectOneFrameworkByItsId() throws IOException {
        JsonNode live = json(Documents.frameworks(SNAPSHOT, Optional.of("m1-0000")));
        assertThat(ids(live.get("frameworks"))).containsExactly("m1-0000");
        assertThat(live.get("completed_frameworks")).isEmpty();
        JsonNode all = json(Documents.frameworks(SNAPSHOT, Optional.empty()));
        assertThat(ids(all.get("completed_frameworks"))).containsExactly("m0-0001");
        assertThat(all.get("unregistered_frameworks")).isEmpty();
    }

    @Test
    void shouldListTasksNewestFirstUnlessAskedOtherwise() throws IOException {
        assertThat(tasks(Map.of())).containsExactly("web.1", "batch.1", "batch.0", "once.0", "batch.2");
        assertThat(tasks(Map.of("order", "asc"))).containsExactly("batch.2", "once.0", "batch.0", "batch.1", "web.1");
    }

    @Test
    void shouldPageAndSelectTasks() throws IOException {
        assertThat(tasks(Map.of("limit", "2", "offset", "1"))).containsExactly("batch.1", "batch.0");
        assertThat(tasks(Map.of("limit", "0"))).isEmpty();
        assertThat(tasks(Map.of("offset", "5"))).isEmpty();
        assertThat(tasks(Map.of("framework_id", "m0-0001"))).containsExactly("once.0");
        assertThat(tasks(Map.of("task_id", "batch.1"))).containsExactly("batch.1");
        assertThat(tasks(Map.of("task_id", "batch.1", "framework_id", "m0-0001")))
                .isEmpty();
    }

    @Test
    void shouldRefuseALimitThatIsNoNumber() {
        assertThatThrownBy(() -> tasks(Map.of("limit", "-1")))
                .hasMessage("Query parameter 'limit' is '-1'; it must be a whole number from 0 to 999999999");
    }

    @Test
    void shouldSumRolesWithWhatIsBelowThem() {
        assertThat(DocumentText.of(Documents.roles(SNAPSHOT))).isEqualTo(joined("""
                        {"roles":[
                        {"name":"*","weight":1.0,
                        "quota":{"role":"*","guarantee":{},"limit":{},"consumed":{"cpus":1.0}},
                        "resources":{"cpus":1.0},"allocated":{"cpus":1.0},"offered":{},"reserved":{},
                        "frameworks":["m1-0000"]},
                        {"name":"web","weight":1.0,
                        "quota":{"role":"web","guarantee":{},"limit":{},"consumed":{"cpus":1.5,"mem":64.0}},
                        "resources":{"cpus":1.5,"mem":64.0},"allocated":{"cpus":0.5,"mem":64.0},
                        "offered":{"cpus":1.0},"reserved":{"cpus":1.0},"frameworks":[]},
                        {"name":"web/blue","weight":2.0,
                        "quota":{"role":"web/blue","guarantee":{},"limit":{},"consumed":{"cpus":0.5,"mem":64.0}},
                        "resources":{"cpus":1.5,"mem":64.0},"allocated":{"cpus":0.5,"mem":64.0},
                        "offered":{"cpus":1.0},"reserved":{},"frameworks":["m1-0000"]}]}
                        """));
    }

    @Test
    void shouldWriteFlagsVersionAndMetricsFlat() {
        assertThat(DocumentText.of(Documents.flags(Map.of("port", "5050"))))
                .isEqualTo("{\"flags\":{\"port\":\"5050\"}}");
        assertThat(DocumentText.of(Documents.version("1.11.0"))).isEqualTo("{\"version\":\"1.11.0\"}");
        assertThat(DocumentText.of(Documents.metrics(new TreeMap<>(Map.of("master/elected", 1.0, "a", 0.5)))))
                .isEqualTo("{\"a\":0.5,\"master/elected\":1.0}");
    }

    private static List<String> tasks(Map<String, String> query) throws IOException {
        MultiMap params = MultiMap.caseInsensitiveMultiMap().addAll(query);
        return ids(json(new TasksDocument(SNAPSHOT, TasksDocument.Query.parse(params)))
                .get("tasks"));
    }

    private static List<String> ids(JsonNode array) {
        List<String> ids = new ArrayList<>();
        array.forEach(element -> ids.add(element.get("id").asText()));
        return ids;
    }

    private static JsonNode json(Document document) throws IOException {
        return new ObjectMapper().readTree(document.bytes());
    }
}
