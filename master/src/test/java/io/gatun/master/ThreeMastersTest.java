package io.gatun.master;

import static io.gatun.master.MasterCluster.location;
import static io.gatun.master.MasterCluster.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.v1.AgentID;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three masters with one log, and a ZooKeeper that comes and goes. */
@Timeout(400)
class ThreeMastersTest {
    private static final long OUTAGE_MS = TimeUnit.SECONDS.toMillis(5);

    @TempDir
    Path directory;

    private MasterCluster cluster;
    private int ports = 5_000;

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void shouldRedirectToTheLeaderAndTakeOverWithAllThatItKnewWhenItGoes() throws Exception {
        cluster = MasterCluster.patient(directory, 2);
        RunningMaster first = cluster.awaitLeader();
        AgentID agent = register(first);
        for (RunningMaster other : cluster.others(first)) {
            HttpResponse<String> redirected = cluster.post(other, "/api/v1/scheduler", "{}");
            assertThat(redirected.statusCode()).isEqualTo(307);
            assertThat(location(redirected)).isEqualTo("//127.0.0.1:" + first.master.port() + "/api/v1/scheduler");
            assertThat(location(cluster.get(other, "/redirect"))).isEqualTo("//127.0.0.1:" + first.master.port());
            assertThat(cluster.get(other, "/health").statusCode()).isEqualTo(200);
            assertThat(cluster.metric(other, "master/elected")).isZero();
        }
        assertThat(cluster.metric(first, "master/elected")).isEqualTo(1);

        cluster.end(first);

        RunningMaster next = cluster.awaitLeader();
        JsonNode state = new ObjectMapper().readTree(cluster.get(next, "/state").body());
        assertThat(state.get("leader").asText()).isEqualTo("master@127.0.0.1:" + next.master.port());
        assertThat(known(next)).containsExactly(agent);
        try (FakeScheduler scheduler = FakeScheduler.subscribed(
                next, MediaType.JSON, FakeScheduler.info().build())) {
            assertThat(scheduler.id().getValue()).startsWith(next.master.info().getId());
        }
    }

    @Test
    void shouldGoOnLeadingWhenTheSessionExpires() throws Exception {
        cluster = MasterCluster.patient(directory, 2);
        RunningMaster leader = cluster.awaitLeader();
        long epoch = epoch(leader);
        ZooKeeper observer = cluster.zooKeeper.client();
        String lowest = observer.getChildren("/mesos", false).stream()
                .filter(name -> name.startsWith("json.info_"))
                .sorted()
                .findFirst()
                .orElseThrow();
        cluster.zooKeeper.expire(observer.exists("/mesos/" + lowest, false).getEphemeralOwner());
        until("its znode is gone", () -> observer.exists("/mesos/" + lowest, false) == null);
        assertThat(cluster.get(leader, "/state").statusCode()).isEqualTo(200);
        assertThat(cluster.awaitLeader()).isSameAs(leader);
        observer.close();
        assertThat(epoch(leader)).as("it led without a break").isEqualTo(epoch);
    }

    @Test
    void shouldGoOnLeadingAndCommittingWithoutZooKeeper() throws Exception {
        cluster = MasterCluster.patient(directory, 2);
        RunningMaster leader = cluster.awaitLeader();
        long epoch = epoch(leader);
        cluster.zooKeeper.down();
        Thread.sleep(OUTAGE_MS);
        AgentID agent = register(leader);
        cluster.zooKeeper.up();
        assertThat(cluster.awaitLeader()).isSameAs(leader);
        assertThat(epoch(leader)).as("it led without a break").isEqualTo(epoch);
        cluster.end(leader);
        assertThat(known(cluster.awaitLeader())).containsExactly(agent);
    }

    @Test
    void shouldLoseNothingWhenZooKeeperHasForgottenEverything() throws Exception {
        cluster = MasterCluster.patient(directory, 2);
        RunningMaster leader = cluster.awaitLeader();
        long epoch = epoch(leader);
        AgentID before = register(leader);
        cluster.zooKeeper.down();
        AgentID meanwhile = register(leader);
        cluster.zooKeeper.upEmpty(Files.createDirectory(directory.resolve("empty")));
        assertThat(cluster.awaitLeader()).isSameAs(leader);
        assertThat(epoch(leader)).as("it led without a break").isEqualTo(epoch);
        cluster.end(leader);
        assertThat(known(cluster.awaitLeader())).containsExactlyInAnyOrder(before, meanwhile);
    }

    /** As after a pause in which another was elected: the process goes on as one of the others, and may lead again. */
    @Test
    void shouldStepDownInsideTheProcess() throws Exception {
        cluster = MasterCluster.started(directory, 2);
        RunningMaster first = cluster.awaitLeader();
        AgentCall.Subscribe.Builder info = FakeAgent.with("cpus:1;mem:64");
        AgentID agent;
        try (FakeAgent connected = FakeAgent.subscribed(first, info.build())) {
            agent = connected.id();
            first.master.log().resign("the test says so");
            connected.inbox.awaitEnd();
        }
        RunningMaster next = cluster.awaitLeader();
        assertThat(known(next)).containsExactly(agent);
        assertThat(first.master.terminated()).isNotDone();
        cluster.end(next);
        RunningMaster last = cluster.awaitLeader();
        assertThat(known(last)).containsExactly(agent);
    }

    private static long epoch(RunningMaster master) {
        return master.master.log().status().orElseThrow().epoch();
    }

    /** Registers an agent, which goes away again. */
    private AgentID register(RunningMaster master) {
        ports++;
        AgentCall.Subscribe subscribe = FakeAgent.with("cpus:1;mem:64")
                .setPid("slave(1)@127.0.0.1:" + ports)
                .build();
        try (FakeAgent agent = FakeAgent.subscribed(master, subscribe)) {
            return agent.id();
        }
    }

    private static List<AgentID> known(RunningMaster leader) {
        return leader.master.snapshot().get().recoveredAgents().stream()
                .map(info -> info.getId())
                .toList();
    }
}
