package io.gatun.mesos.operator;

import static io.gatun.mesos.operator.Clusters.added;
import static io.gatun.mesos.operator.Clusters.agent;
import static io.gatun.mesos.operator.Clusters.agentInfo;
import static io.gatun.mesos.operator.Clusters.framework;
import static io.gatun.mesos.operator.Clusters.subscribed;
import static io.gatun.mesos.operator.Clusters.task;
import static io.gatun.mesos.operator.Clusters.updated;
import static io.gatun.mesos.v1.TaskState.TASK_KILLED;
import static io.gatun.mesos.v1.TaskState.TASK_RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.http.HttpHost;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.http.ReservedPort;
import io.gatun.mesos.http.StreamWriter;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.master.Event;
import io.gatun.mesos.v1.master.Response;
import io.gatun.mesos.v1.master.Response.GetAgents;
import io.gatun.mesos.v1.master.Response.GetFrameworks;
import io.gatun.mesos.v1.master.Response.GetTasks;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against an HTTP server that plays the master. */
final class ClusterStreamTest {
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final BlockingQueue<StreamWriter> writers = new LinkedBlockingQueue<>();
    private final BlockingQueue<ClusterState> states = new LinkedBlockingQueue<>();
    private volatile Event first = full();
    private Vertx vertx;
    private ReservedPort port;
    private HttpHost master;
    private ClusterStream cluster;

    @BeforeEach
    void start() throws IOException {
        vertx = HttpHost.vertx();
        port = ReservedPort.onLoopback(); // the master goes, and comes back on it
        master = listen();
        cluster = ClusterStream.open("127.0.0.1:" + master.port(), GRACE, states::add);
    }

    @AfterEach
    void stop() {
        cluster.close();
        master.close();
        port.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private HttpHost listen() {
        Router router = HttpHost.router(vertx);
        router.route("/api/v1").handler(ctx -> {
            Call.Builder call = Call.newBuilder();
            Replies.bodyMessage(ctx, call).ifPresent(type -> {
                assertThat(call.getType()).isEqualTo(Call.Type.SUBSCRIBE);
                StreamWriter writer = new StreamWriter(ctx, type, 1 << 20);
                writer.send(first);
                writers.add(writer);
            });
        });
        return HttpHost.listen(vertx, "127.0.0.1", port.port(), router);
    }

    private static Event full() {
        return subscribed(Response.GetState.newBuilder()
                .setGetAgents(GetAgents.newBuilder().addAgents(agent("a")))
                .setGetFrameworks(GetFrameworks.newBuilder().addFrameworks(framework("f")))
                .setGetTasks(GetTasks.newBuilder().addTasks(task("t1", "a", TASK_RUNNING))));
    }

    private StreamWriter writer() throws InterruptedException {
        StreamWriter writer = writers.poll(60, TimeUnit.SECONDS);
        assertThat(writer).as("a subscription").isNotNull();
        return writer;
    }

    private static List<String> tasks(ClusterState state) {
        return state.tasks().stream().map(Task::getName).sorted().toList();
    }

    /** The first state that fits; all others before it are skipped. */
    private ClusterState await(Predicate<ClusterState> fits) throws InterruptedException {
        while (true) {
            ClusterState state = states.poll(60, TimeUnit.SECONDS);
            assertThat(state).as("a state that fits").isNotNull();
            if (fits.test(state)) {
                return state;
            }
        }
    }

    @Test
    void shouldTellTheSnapshotAndEveryChange() throws InterruptedException {
        ClusterState snapshot = await(state -> true);
        assertThat(tasks(snapshot)).containsExactly("t1");
        assertThat(snapshot.leader().orElseThrow().getPort()).isEqualTo(master.port());
        StreamWriter writer = writer();
        writer.send(added(task("t2", "a", TASK_RUNNING)));
        await(state -> tasks(state).equals(List.of("t1", "t2")));
        writer.send(updated("t1", TASK_KILLED));
        await(state -> tasks(state).equals(List.of("t2")));
        assertThat(tasks(cluster.state())).containsExactly("t2");
    }

    @Test
    void shouldKeepTheStateThroughAnOutageAndSwapWhenTheAgentIsBack() throws InterruptedException {
        await(state -> tasks(state).equals(List.of("t1")));
        writer();
        master.close();
        first = subscribed(Response.GetState.newBuilder()
                .setGetAgents(GetAgents.newBuilder().addRecoveredAgents(agentInfo("a"))));
        master = listen();
        StreamWriter writer = writer();
        assertThat(states.poll(500, TimeUnit.MILLISECONDS))
                .as("nothing flushed")
                .satisfiesAnyOf(
                        state -> assertThat(state).isNull(),
                        state -> assertThat(tasks(state)).containsExactly("t1"));
        assertThat(tasks(cluster.state())).containsExactly("t1");
        writer.send(added(task("t9", "a", TASK_RUNNING)));
        writer.send(Clusters.agentAdded("a"));
        await(state -> tasks(state).equals(List.of("t9")));
    }

    @Test
    void shouldSubscribeAgainWhenTheStreamFallsSilent() throws InterruptedException {
        writer();
        await(state -> true);
        // Heartbeats every 50 ms are promised and do not come.
        first = full().toBuilder()
                .setSubscribed(full().getSubscribed().toBuilder().setHeartbeatIntervalSeconds(0.05))
                .build();
        master.close();
        master = listen();
        writer();
        writer();
        writer();
    }

    @Test
    void shouldBeSilentAfterClose() throws InterruptedException {
        StreamWriter writer = writer();
        await(state -> true);
        cluster.close();
        states.clear();
        writer.send(added(task("t2", "a", TASK_RUNNING)));
        assertThat(states.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }
}
