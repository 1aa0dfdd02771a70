package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.election.TestZooKeeper;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.link.AgentCall;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole masters that gain and lose leadership through a real ZooKeeper. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MasterElectionTest {
    @TempDir
    Path temp;

    private TestZooKeeper zooKeeper;

    @BeforeEach
    void start() throws Exception {
        zooKeeper = TestZooKeeper.start(temp.resolve("zookeeper"));
    }

    @AfterEach
    void stop() {
        zooKeeper.close();
    }

    private RunningMaster launch(String name) {
        MasterFlags flags = RunningMaster.flags(temp.resolve(name));
        flags.zk = "zk://" + zooKeeper.connectString() + "/mesos";
        flags.zkSessionTimeout = "2secs";
        return RunningMaster.with(flags);
    }

    @Test
    void shouldRedirectToTheLeaderAndTakeOverWhenItGoes() throws Exception {
        try (RunningMaster first = launch("first")) {
            until(() -> first.master.recovered());
            try (RunningMaster second = launch("second")) {
                until(() -> second.master.leadership().leader().isPresent());
                HttpResponse<String> redirected = scheduler(second, "{}");
                assertThat(redirected.statusCode()).isEqualTo(307);
                assertThat(redirected.headers().firstValue("Location"))
                        .hasValue("//127.0.0.1:" + first.master.port() + "/api/v1/scheduler");
                first.master.close();
                until(() -> second.master.recovered());
                try (FakeScheduler scheduler = FakeScheduler.subscribed(
                        second, MediaType.JSON, FakeScheduler.info().build())) {
                    assertThat(scheduler.id().getValue())
                            .startsWith(second.master.info().getId());
                }
            }
        }
    }

    @Test
    void shouldStepDownInsideTheProcessAndLeadAgain() throws Exception {
        try (RunningMaster master = launch("only")) {
            until(() -> master.master.recovered());
            AgentCall.Subscribe.Builder known = FakeAgent.with("cpus:1;mem:64");
            try (FakeAgent agent = FakeAgent.subscribed(master, known.build())) {
                zooKeeper.down();
                agent.inbox.awaitEnd();
                until(() -> !master.master.recovered());
                assertThat(master.master.snapshot().get().agents()).isEmpty();
                HttpResponse<String> refused = scheduler(master, "{}");
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).isEqualTo("No leader elected");
                zooKeeper.up();
                until(() -> master.master.recovered());
                assertThat(master.master.snapshot().get().recoveredAgents()).hasSize(1);
                known.getAgentInfoBuilder().setId(agent.id());
                FakeAgent other = FakeAgent.subscribed(
                        master,
                        FakeAgent.with("cpus:1;mem:64")
                                .setPid("slave(1)@127.0.0.1:5052")
                                .build());
                try (other;
                        FakeAgent back = FakeAgent.subscribed(master, known.build())) {
                    assertThat(back.id()).isEqualTo(agent.id());
                    // The same process hands out no id twice.
                    assertThat(other.id()).isNotEqualTo(agent.id());
                }
            }
        }
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time until the condition holds").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private static HttpResponse<String> scheduler(RunningMaster master, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(master.uri("/api/v1/scheduler"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}
