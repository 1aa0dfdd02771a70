package io.gatun.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole role, over real HTTP, against a scripted master and a real ZooKeeper. */
@Timeout(300)
class MarathonTest {
    private static final String WEB = "{'id':'/web','cmd':'sleep 9','cpus':0.1,'mem':32,'instances':3,"
            + "'labels':{'VIP_0':'/web:80'},"
            + "'portDefinitions':[{'port':0,'name':'web','labels':{'VIP_1':'/other:81'}}]}";

    @TempDir
    Path data;

    private ZooKeeper zooKeeper;
    private FakeMaster master;
    private Marathon marathon;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        zooKeeper = new ZooKeeper(data);
        master = new FakeMaster();
        marathon = Marathon.launch(flags());
        client = new Client(marathon.port());
    }

    private MarathonFlags flags() {
        MarathonFlags flags = new MarathonFlags();
        flags.httpPort = 0;
        flags.master = master.address();
        flags.zk = "zk://" + zooKeeper.address() + "/marathon";
        // A machine that stands still for a moment costs nobody the leadership.
        flags.zkSessionTimeoutMs = 60_000;
        flags.zkTimeoutMs = 60_000;
        return flags;
    }

    @AfterEach
    void stop() {
        marathon.close();
        master.close();
        zooKeeper.close();
    }

    @Test
    void shouldSubscribeAsADurableFramework() {
        FrameworkInfo info = master.subscribe();

        assertThat(info.getName()).isEqualTo("marathon");
        assertThat(info.hasId()).isFalse();
        assertThat(info.getCheckpoint()).isTrue();
        assertThat(info.getFailoverTimeout()).isEqualTo(604_800.0);
        assertThat(info.getCapabilitiesList())
                .extracting(FrameworkInfo.Capability::getType)
                .containsExactlyInAnyOrder(
                        FrameworkInfo.Capability.Type.TASK_KILLING_STATE,
                        FrameworkInfo.Capability.Type.PARTITION_AWARE);
    }

    @Test
    void shouldBringAnAppUpScaleItAndTakeItAway() {
        master.subscribe();
        master.await(Call.Type.SUPPRESS);

        Client.Reply created = client.send("POST", "/v2/apps", WEB);
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo("/v2/apps/web");
        String deployment = created.header("Marathon-Deployment-Id");
        assertThat(created.json().at("/deployments/0/id").asText()).isEqualTo(deployment);
        assertThat(created.json().at("/portDefinitions/0/port").asInt()).isEqualTo(10_000);
        master.await(Call.Type.REVIVE);

        List<TaskInfo> tasks = master.launched(Samples.offer(4, 1024, 31_000, 31_100));
        assertThat(tasks).hasSize(3).allSatisfy(task -> {
            assertThat(task.getName()).isEqualTo("web");
            assertThat(task.getDiscovery().getName()).isEqualTo("web");
            assertThat(task.getLabels().getLabels(0).getKey()).isEqualTo("VIP_0");
            assertThat(task.getDiscovery()
                            .getPorts()
                            .getPorts(0)
                            .getLabels()
                            .getLabels(0)
                            .getValue())
                    .isEqualTo("/other:81");
        });
        master.await(Call.Type.SUPPRESS);
        assertThat(client.get("/v2/deployments")
                        .at("/0/currentActions/0/action")
                        .asText())
                .isEqualTo("ScaleApplication");
        tasks.forEach(task -> master.updateAcknowledged(task, TaskState.TASK_RUNNING));
        client.awaitNoDeployments();
        JsonNode app = client.get("/v2/apps/web").path("app");
        assertThat(app.path("tasksRunning").asInt()).isEqualTo(3);
        assertThat(app.path("tasks")).hasSize(3);

        Client.Reply scaled = client.send("PUT", "/v2/apps/web", "{'instances':1}");
        assertThat(scaled.status()).isEqualTo(200);
        assertThat(scaled.json().path("deploymentId").asText()).isNotEmpty();
        List<String> killed = List.of(nextKilled(), nextKilled());
        killed.forEach(id -> master.updateAcknowledged(byId(tasks, id), TaskState.TASK_KILLED));
        client.awaitNoDeployments();
        assertThat(client.get("/v2/tasks").path("tasks")).hasSize(1);

        Client.Reply deleted = client.send("DELETE", "/v2/apps/web", "");
        assertThat(deleted.status()).isEqualTo(200);
        String last = nextKilled();
        master.updateAcknowledged(byId(tasks, last), TaskState.TASK_KILLED);
        client.awaitNoDeployments();
        assertThat(client.get("/v2/tasks").path("tasks")).isEmpty();
        assertThat(client.send("GET", "/v2/apps/web", "").status()).isEqualTo(404);
    }

    private String nextKilled() {
        return master.await(Call.Type.KILL).getKill().getTaskId().getValue();
    }

    private static TaskInfo byId(List<TaskInfo> tasks, String id) {
        return tasks.stream()
                .filter(task -> task.getTaskId().getValue().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** ZooKeeper may name a master that knows better: a leader without ZooKeeper leads on. */
    @Test
    void shouldCallTheMasterThatARedirectLedTo() throws Exception {
        master.subscribe();
        marathon.close();
        MarathonFlags flags = flags();
        flags.master = master.followerAddress();
        marathon = Marathon.launch(flags);
        client = new Client(marathon.port());

        master.subscribe();
        client.send("POST", "/v2/apps", "{'id':'/web','cmd':'x','cpus':0.1}");
        TaskInfo task = master.launched(Samples.offer(4, 1024, 31_000, 31_100)).getFirst();
        master.updateAcknowledged(task, TaskState.TASK_RUNNING);
        client.awaitNoDeployments();
    }

    @Test
    void shouldReplaceADeadTaskAfterItsBackoff() {
        master.subscribe();
        client.send("POST", "/v2/apps", "{'id':'/web','cmd':'x','cpus':0.1,'backoffSeconds':1}");
        TaskInfo first = master.launched(Samples.offer(4, 1024, 31_000, 31_100)).getFirst();
        master.updateAcknowledged(first, TaskState.TASK_RUNNING);
        client.awaitNoDeployments();

        Instant failed = Instant.now();
        master.updateAcknowledged(first, TaskState.TASK_FAILED);
        master.await(Call.Type.REVIVE);
        assertThat(Duration.between(failed, Instant.now())).isGreaterThan(Duration.ofMillis(900));

        TaskInfo second =
                master.launched(Samples.offer(4, 1024, 31_000, 31_100)).getFirst();
        assertThat(second.getTaskId()).isNotEqualTo(first.getTaskId());
        assertThat(client.get("/v2/apps/web").at("/app/lastTaskFailure/state").asText())
                .isEqualTo("TASK_FAILED");
    }

    @Test
    void shouldShowABackoffAndEndItWhenAsked() {
        master.subscribe();
        client.send("POST", "/v2/apps", "{'id':'/web','cmd':'x','cpus':0.1,'backoffSeconds':3600}");
        TaskInfo first = master.launched(Samples.offer(4, 1024, 31_000, 31_100)).getFirst();
        master.updateAcknowledged(first, TaskState.TASK_RUNNING);
        client.awaitNoDeployments();

        master.updateAcknowledged(first, TaskState.TASK_FAILED);
        // What was told is acknowledged before it can be seen.
        JsonNode waiting = client.await(
                        "/v2/queue", queue -> !queue.path("queue").isEmpty())
                .at("/queue/0");
        assertThat(waiting.path("count").asInt()).isEqualTo(1);
        assertThat(waiting.at("/delay/overdue").asBoolean()).isFalse();

        assertThat(client.send("DELETE", "/v2/queue/web/delay", "").status()).isEqualTo(204);
        master.await(Call.Type.REVIVE);
    }

    @Test
    void shouldForgetTasksWhoseAcceptWasRefused() {
        master.subscribe();
        client.send("POST", "/v2/apps", WEB);
        master.answerAcceptWith(400);
        List<TaskInfo> refused = master.launched(Samples.offer(4, 1024, 31_000, 31_100));
        master.answerAcceptWith(202);
        master.await(Call.Type.REVIVE);
        List<TaskInfo> tasks = master.launched(Samples.offer(4, 1024, 31_000, 31_100));

        assertThat(refused).hasSize(3);
        assertThat(tasks).hasSize(3);
        // A call is made before what caused it can be seen.
        client.await("/v2/tasks", now -> now.path("tasks").size() == 3);
    }

    /** A leader that ceases to lead says so of calls that its successor may well have: a second launch would be one too many. */
    @Test
    void shouldAskWhatBecameOfTasksWhoseAcceptMayHaveBeenHeard() {
        master.subscribe();
        client.send("POST", "/v2/apps", "{'id':'/web','cmd':'x','cpus':0.1}");
        master.answerAcceptWith(503);
        TaskInfo task = master.launched(Samples.offer(4, 1024, 31_000, 31_100)).getFirst();
        master.answerAcceptWith(202);

        master.subscribe();
        Call.Reconcile asked = master.await(Call.Type.RECONCILE).getReconcile();
        assertThat(asked.getTasksList()).hasSize(1);
        assertThat(asked.getTasks(0).getTaskId()).isEqualTo(task.getTaskId());
        master.updateAcknowledged(task, TaskState.TASK_RUNNING);
        client.awaitNoDeployments();
        assertThat(client.get("/v2/tasks").path("tasks")).hasSize(1);
    }

    @Test
    void shouldReconcileAndKillStrangersWhenTheConnectionComesBack() {
        master.subscribe();
        client.send("POST", "/v2/apps", "{'id':'/web','cmd':'x','cpus':0.1}");
        TaskInfo task = master.launched(Samples.offer(4, 1024, 31_000, 31_100)).getFirst();
        master.updateAcknowledged(task, TaskState.TASK_RUNNING);

        master.dropStream();
        FrameworkInfo again = master.subscribe();
        assertThat(again.getId().getValue()).isEqualTo(FakeMaster.FRAMEWORK_ID);
        Call.Reconcile known = master.await(Call.Type.RECONCILE).getReconcile();
        assertThat(known.getTasks(0).getTaskId()).isEqualTo(task.getTaskId());
        assertThat(known.getTasks(0).getAgentId()).isEqualTo(task.getAgentId());
        assertThat(master.await(Call.Type.RECONCILE).getReconcile().getTasksList())
                .isEmpty();

        TaskInfo stranger = task.toBuilder()
                .setTaskId(task.getTaskId().toBuilder().setValue("old.instance-1._app.1"))
                .build();
        master.updateAcknowledged(stranger, TaskState.TASK_RUNNING);
    }

    @Test
    void shouldContinueAfterARestart() {
        master.subscribe();
        client.send("POST", "/v2/apps", WEB);
        List<TaskInfo> tasks = master.launched(Samples.offer(4, 1024, 31_000, 31_100));
        tasks.forEach(task -> master.updateAcknowledged(task, TaskState.TASK_RUNNING));
        client.awaitNoDeployments();
        JsonNode before = client.get("/v2/apps/web").path("app");

        marathon.close();
        assertThat(master.find(Call.Type.KILL, 100)).isEmpty();
        marathon = Marathon.launch(flags());
        client = new Client(marathon.port());

        assertThat(master.subscribe().getId().getValue()).isEqualTo(FakeMaster.FRAMEWORK_ID);
        assertThat(client.get("/v2/apps/web").path("app")).isEqualTo(before);
        assertThat(master.await(Call.Type.RECONCILE).getReconcile().getTasksList())
                .hasSize(3);

        // As after `up`: the agent and its tasks are gone.
        tasks.forEach(task -> master.update(Samples.status(task, TaskState.TASK_GONE)));
        master.await(Call.Type.REVIVE);
        assertThat(master.launched(Samples.offer(4, 1024, 31_000, 31_100))).hasSize(3);
    }

    @Test
    void shouldStartAnewWhenTheFrameworkWasRemoved() {
        master.subscribe();
        client.send("POST", "/v2/apps", "{'id':'/web','cmd':'x','cpus':0.1}");
        TaskInfo task = master.launched(Samples.offer(4, 1024, 31_000, 31_100)).getFirst();
        master.updateAcknowledged(task, TaskState.TASK_RUNNING);

        master.send(Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage("Framework has been removed")));

        assertThat(master.subscribe().hasId()).isFalse();
        master.await(Call.Type.REVIVE);
        assertThat(client.get("/v2/tasks").path("tasks")).isEmpty();
    }

    @Test
    void shouldServeNobodyAfterItWasClosed() {
        master.subscribe();
        marathon.close();
        client.awaitRefused();
        assertThat(master.find(Call.Type.SUBSCRIBE, 0)).isEmpty();
    }

    @Test
    void shouldSayWhichPortIsBusyAndWhatToDo() {
        MarathonFlags flags = flags();
        flags.httpPort = marathon.port();
        assertThatThrownBy(() -> Marathon.launch(flags))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("port " + marathon.port() + " on 127.0.0.1")
                .hasMessageContaining("--http_port");
    }

    @Test
    void shouldServeThroughAStandby() {
        master.subscribe();
        try (Marathon standby = Marathon.launch(flags())) {
            Client other = new Client(standby.port());
            assertThat(other.get("/v2/leader").path("leader").asText()).isEqualTo("127.0.0.1:" + marathon.port());
            assertThat(other.send("POST", "/v2/apps", WEB).status()).isEqualTo(201);
            assertThat(client.get("/v2/apps").path("apps")).hasSize(1);
            assertThat(Optional.ofNullable(other.send("GET", "/v2/info", "").header("X-Marathon-Leader")))
                    .contains("http://127.0.0.1:" + marathon.port());

            marathon.close();
            assertThat(master.subscribe().getId().getValue()).isEqualTo(FakeMaster.FRAMEWORK_ID);
            other.awaitServed();
            assertThat(other.get("/v2/leader").path("leader").asText()).isEqualTo("127.0.0.1:" + standby.port());
            assertThat(other.get("/v2/apps").path("apps")).hasSize(1);
        }
    }
}
