package io.gatun.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API over HTTP: statuses, headers, bodies. There is no master, so that deployments stay open. */
@Timeout(300)
class ApiTest {
    @TempDir
    static Path data;

    private static ZooKeeper zooKeeper;
    private static Marathon marathon;
    private static Client client;

    @BeforeAll
    static void start() throws Exception {
        zooKeeper = new ZooKeeper(data);
        MarathonFlags flags = new MarathonFlags();
        flags.httpPort = 0;
        flags.master = "zk://" + zooKeeper.address() + "/mesos";
        flags.zk = "zk://" + zooKeeper.address() + "/marathon";
        // A machine that stands still for a moment does not cost it the leadership.
        flags.zkSessionTimeoutMs = 60_000;
        flags.zkTimeoutMs = 60_000;
        marathon = Marathon.launch(flags);
        client = new Client(marathon.port());
    }

    @AfterAll
    static void stop() {
        marathon.close();
        zooKeeper.close();
    }

    @AfterEach
    void deleteApps() {
        client.get("/v2/apps")
                .path("apps")
                .forEach(
                        app -> client.send("DELETE", "/v2/apps" + app.path("id").asText(), ""));
    }

    private static Client.Reply create(String app) {
        return client.send("POST", "/v2/apps", app);
    }

    @Test
    void shouldAnswerPing() {
        Client.Reply reply = client.send("GET", "/ping", "");
        assertThat(reply.response().body()).isEqualTo("pong");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-cache, no-store, must-revalidate");
        assertThat(client.send("GET", "/ping", "", "Accept", "application/json")
                        .response()
                        .body())
                .isEqualTo("\"pong\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "POST   | /v2/apps                | {                  | 400 | Invalid JSON",
                "POST   | /v2/apps                | {'id':'/x','cpus':'1','cmd':'x'} | 400 | Invalid JSON",
                "POST   | /v2/apps                | {'id':'/x','cpus':0,'cmd':'x'}   | 422 | Object is not valid",
                "POST   | /v2/apps                | {'id':'/x','cmd':'x','constraints':[['a','UNIQUE']]} | 422 | Object is not valid",
                "GET    | /v2/apps/no             | ~~                 | 404 | App '/no' does not exist",
                "PATCH  | /v2/apps/no             | {'instances':1}    | 404 | App '/no' does not exist",
                "DELETE | /v2/apps/no             | ~~                 | 404 | App '/no' does not exist",
                "POST   | /v2/apps/no/restart     | ~~                 | 404 | App '/no' does not exist",
                "GET    | /v2/apps/no/tasks       | ~~                 | 404 | App '/no' does not exist",
                "GET    | /v2/apps/no/versions    | ~~                 | 404 | App '/no' does not exist",
                "DELETE | /v2/deployments/no      | ~~                 | 404 | DeploymentPlan no does not exist",
                "DELETE | /v2/queue/no/delay      | ~~                 | 404 | Application /no not found in tasks queue.",
                "POST   | /v2/tasks/delete        | {'ids':['bad']}    | 400 | Invalid task id 'bad'",
                "POST   | /v2/tasks/delete?scale=true&wipe=true | {'ids':[]} | 400 | You cannot use scale and wipe at the same time.",
                "GET    | /v2/nothing             | ~~                 | 404 | URI not found",
                "DELETE | /v2/info                | ~~                 | 405 | Method Not Allowed",
                "GET    | /v2/apps?label=a%3Db | ~~              | 400 | Invalid label selector",
            })
    void shouldRefuseWithMarathonsStatusAndMessage(
            String method, String path, String body, int status, String message) {
        Client.Reply reply = client.send(method, path, body);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json().path("message").asText()).startsWith(message);
    }

    @Test
    void shouldNameFieldAndRuleInDetails() {
        JsonNode details = create("{'id':'/x','cpus':0,'cmd':'x'}").json().path("details");
        assertThat(details.at("/0/path").asText()).isEqualTo("/cpus");
        assertThat(details.at("/0/errors/0").asText()).isEqualTo("must be greater than or equal to 0.001, was 0");
    }

    @Test
    void shouldRefuseASecondAppOfTheSameIdAndLockTheFirst() {
        String deployment = create("{'id':'/x','cmd':'x'}").header("Marathon-Deployment-Id");
        Client.Reply again = create("{'id':'/x','cmd':'x'}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().path("message").asText()).isEqualTo("An app with id [/x] already exists.");

        Client.Reply locked = client.send("PUT", "/v2/apps/x", "{'instances':2}");
        assertThat(locked.status()).isEqualTo(409);
        assertThat(locked.json().path("message").asText()).startsWith("App is locked by one or more deployments.");
        assertThat(locked.json().at("/deployments/0/id").asText()).isEqualTo(deployment);
        assertThat(client.send("PUT", "/v2/apps/x?force=true", "{'instances':2}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldTolerateNestedIdsAndDoubledSlashes() {
        assertThat(client.send("PUT", "/v2/apps/group/app", "{'cmd':'x'}").status())
                .isEqualTo(201);
        assertThat(client.get("//v2//apps//group//app/").at("/app/id").asText()).isEqualTo("/group/app");
        assertThat(client.get("/v2/apps/group/*").path("*")).hasSize(1);
        assertThat(client.get("/v2/apps//group/app/tasks").path("tasks")).isEmpty();
    }

    @Test
    void shouldFilterByIdCommandAndLabel() {
        create("{'id':'/a','cmd':'Sleep 1','labels':{'tier':'web'}}");
        create("{'id':'/b','cmd':'echo','labels':{'tier':'db','x':'1'}}");
        assertThat(ids("id=A")).containsExactly("/a");
        assertThat(ids("cmd=sleep")).containsExactly("/a");
        assertThat(ids("label=tier")).containsExactly("/a", "/b");
        assertThat(ids("label=tier%3D%3Dweb")).containsExactly("/a");
        assertThat(ids("label=tier!%3Dweb")).containsExactly("/b");
        assertThat(ids("label=tier%20in%20(web,db),x")).containsExactly("/b");
        assertThat(ids("label=tier%20notin%20(web)")).containsExactly("/b");
    }

    private static List<String> ids(String query) {
        return client.get("/v2/apps?" + query).findValuesAsText("id").stream()
                .filter(id -> id.startsWith("/"))
                .toList();
    }

    @Test
    void shouldKeepVersionsAndReturnToOne() {
        create("{'id':'/v','cmd':'one'}");
        String first = client.get("/v2/apps/v").at("/app/version").asText();
        client.send("PUT", "/v2/apps/v?force=true", "{'cmd':'two'}");
        assertThat(client.get("/v2/apps/v/versions").path("versions")).hasSize(2);
        assertThat(client.get("/v2/apps/v/versions/" + first).path("cmd").asText())
                .isEqualTo("one");
        assertThat(client.send("PUT", "/v2/apps/v?force=true", "{'version':'" + first + "'}")
                        .status())
                .isEqualTo(200);
        assertThat(client.get("/v2/apps/v").at("/app/cmd").asText()).isEqualTo("one");
        assertThat(client.send("GET", "/v2/apps/v/versions/2020-01-01T00:00:00.000Z", "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void shouldUpdateManyAppsInOneDeployment() {
        Client.Reply reply = client.send("PUT", "/v2/apps", "[{'id':'/m','cmd':'x'},{'id':'/n','cmd':'x'}]");
        assertThat(reply.status()).isEqualTo(200);
        JsonNode deployments = client.get("/v2/deployments");
        assertThat(deployments).hasSize(1);
        assertThat(deployments.at("/0/id").asText())
                .isEqualTo(reply.json().path("deploymentId").asText());
        assertThat(deployments.at("/0/affectedApps")).hasSize(2);
        assertThat(deployments.at("/0/currentStep").asInt()).isEqualTo(2);
    }

    @Test
    void shouldCancelAndRollBackDeployments() {
        String creation = create("{'id':'/c','cmd':'x'}").header("Marathon-Deployment-Id");
        assertThat(client.send("DELETE", "/v2/deployments/" + creation + "?force=true", "")
                        .status())
                .isEqualTo(202);
        assertThat(client.get("/v2/deployments")).isEmpty();
        String change = client.send("PUT", "/v2/apps/c", "{'cmd':'y'}")
                .json()
                .path("deploymentId")
                .asText();
        Client.Reply back = client.send("DELETE", "/v2/deployments/" + change, "");
        assertThat(back.status()).isEqualTo(200);
        assertThat(back.json().path("deploymentId").asText()).isNotEqualTo(change);
        assertThat(client.get("/v2/apps/c").at("/app/cmd").asText()).isEqualTo("x");
    }

    @Test
    void shouldShowWhatWaits() {
        create("{'id':'/q','cmd':'x','instances':4}");
        JsonNode entry = client.await("/v2/queue", queue -> !queue.path("queue").isEmpty())
                .at("/queue/0");
        assertThat(entry.path("count").asInt()).isEqualTo(4);
        assertThat(entry.at("/app/id").asText()).isEqualTo("/q");
        assertThat(entry.at("/delay/overdue").asBoolean()).isTrue();
    }

    @Test
    void shouldTellWhoItIs() {
        JsonNode info = client.get("/v2/info");
        assertThat(info.path("name").asText()).isEqualTo("marathon");
        assertThat(info.path("elected").asBoolean()).isTrue();
        assertThat(info.at("/marathon_config/failover_timeout").asLong()).isEqualTo(604_800);
        assertThat(client.get("/v2/leader").path("leader")).isEqualTo(info.path("leader"));
    }

    @Test
    void shouldTellDeploymentsToThoseWhoListen() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + marathon.port()
                        + "/v2/events?event_type=deployment_info&event_type=event_stream_attached"))
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<Stream<String>> stream = HttpClient.newHttpClient().send(request, BodyHandlers.ofLines());
        try (Stream<String> lines = stream.body()) {
            Iterator<String> frames = lines.filter(line -> !line.isEmpty()).iterator();
            assertThat(frames.next()).isEqualTo("event: event_stream_attached");
            frames.next();
            String deployment = create("{'id':'/e','cmd':'x'}").header("Marathon-Deployment-Id");
            assertThat(frames.next()).isEqualTo("event: deployment_info");
            JsonNode event = Samples.exactJson(frames.next().substring("data: ".length()));
            assertThat(event.path("eventType").asText()).isEqualTo("deployment_info");
            assertThat(event.at("/plan/id").asText()).isEqualTo(deployment);
            assertThat(event.at("/currentStep/actions/0/app").asText()).isEqualTo("/e");
        }
    }

    @Test
    void shouldWantServerSentEventsToBeAskedFor() {
        assertThat(client.send("GET", "/v2/events", "").status()).isEqualTo(405);
    }
}
