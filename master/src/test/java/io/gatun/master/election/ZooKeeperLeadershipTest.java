package io.gatun.master.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.mesos.detector.ZkUrl;
import io.gatun.mesos.v1.Address;
import io.gatun.mesos.v1.MasterInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real ZooKeeper server. */
class ZooKeeperLeadershipTest {
    private static final Duration SESSION_TIMEOUT = Duration.ofMillis(1500);
    private static final String PATH = "/deep/mesos";

    @TempDir
    Path data;

    private final List<AutoCloseable> open = new ArrayList<>();
    private TestZooKeeper zooKeeper;
    private ZooKeeper observer;

    @BeforeEach
    void start() throws Exception {
        zooKeeper = TestZooKeeper.start(data);
        observer = zooKeeper.client();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        observer.close();
        zooKeeper.close();
    }

    @Test
    void shouldLeadWithTheZnodeThatMesosWrites() throws Exception {
        Contender contender = contender(5050);
        contender.expect("elected");

        assertThat(observer.getChildren(PATH, false)).containsExactly("json.info_0000000000");
        Stat stat = new Stat();
        JsonNode json = new ObjectMapper().readTree(observer.getData(PATH + "/json.info_0000000000", false, stat));
        assertThat(stat.getEphemeralOwner()).isNotZero();
        assertThat(json.get("id").asText()).isEqualTo("master-5050");
        assertThat(json.get("ip").asLong()).isEqualTo(16777343);
        assertThat(json.get("port").asInt()).isEqualTo(5050);
        assertThat(json.get("pid").asText()).isEqualTo("master@127.0.0.1:5050");
        assertThat(json.get("hostname").asText()).isEqualTo("localhost");
        assertThat(json.get("version").asText()).isEqualTo("1.11.0");
        assertThat(json.get("address").get("ip").asText()).isEqualTo("127.0.0.1");
        assertThat(json.get("address").get("hostname").asText()).isEqualTo("localhost");
        assertThat(json.get("address").get("port").asInt()).isEqualTo(5050);
        assertThat(contender.leadership.leading()).isTrue();
        assertThat(contender.leadership.leader()).map(MasterInfo::getId).contains("master-5050");
    }

    @Test
    void shouldLetTheFirstLeadAndTheSecondFollowUntilItGoes() throws Exception {
        Contender first = contender(5050);
        first.expect("elected");
        Contender second = contender(5060);
        await("the second sees the first lead", () -> second.leads("master-5050"));
        assertThat(second.leadership.leading()).isFalse();

        first.leadership.close();

        second.expect("elected");
        assertThat(second.leads("master-5060")).isTrue();
        assertThat(first.leadership.leading()).isFalse();
        assertThat(first.leadership.leader()).isEmpty();
        first.expectSilence();
    }

    @Test
    void shouldStepDownWhenTheSessionExpiresAndContendAgain() throws Exception {
        Contender first = contender(5050);
        first.expect("elected");
        Contender second = contender(5060);
        await("both contend", () -> children().size() == 2);

        zooKeeper.expire(owner("json.info_0000000000"));

        // It hears of it when it is connected again, or steps down before because that takes too long.
        assertThat(first.told.poll(15, TimeUnit.SECONDS)).startsWith("deposed: ");
        second.expect("elected");
        await(
                "the first contends again",
                () -> children().equals(List.of("json.info_0000000001", "json.info_0000000002")));
        await("the first follows", () -> first.leads("master-5060"));
        assertThat(first.leadership.leading()).isFalse();
    }

    @Test
    void shouldStepDownBeforeTheServerExpiresTheSessionWhenZooKeeperIsOutOfReach() throws Exception {
        Contender contender = contender(5050);
        contender.expect("elected");

        zooKeeper.down();
        contender.expect("deposed: no connection to ZooKeeper for " + SESSION_TIMEOUT.toMillis() * 3 / 10 + " ms");
        assertThat(contender.leadership.leading()).isFalse();
        assertThat(contender.leadership.leader()).isEmpty();

        zooKeeper.up();
        contender.expect("elected");
        observer.close();
        observer = zooKeeper.client(); // Its own session has expired, too.
        await("only one znode is left of the two sessions", () -> children().size() == 1);
    }

    @Test
    void shouldStepDownWhenItsZnodeIsRemoved() throws Exception {
        Contender contender = contender(5050);
        contender.expect("elected");

        observer.delete(PATH + "/json.info_0000000000", -1);

        contender.expect("deposed: its znode is gone or no longer the lowest");
        contender.expect("elected");
        assertThat(children()).containsExactly("json.info_0000000001");
    }

    @Test
    void shouldGiveTheLeadershipUpWhenTakingOverFails() throws Exception {
        Contender failing = new Contender(zkUrl(""), 5050, 1);
        failing.expect("elected");
        failing.expect("deposed: taking over failed: no disk");
        failing.expect("elected");
        assertThat(failing.leadership.leading()).isTrue();
    }

    @Test
    void shouldIgnoreOtherChildrenAndMakeNone() throws Exception {
        Contender contender = contender(5050);
        contender.expect("elected");
        observer.create(
                PATH + "/log_replicas",
                new byte[0],
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                org.apache.zookeeper.CreateMode.PERSISTENT);
        Contender second = contender(5060);
        await("the second sees the first lead", () -> second.leads("master-5050"));
        assertThat(children()).containsExactly("json.info_0000000000", "json.info_0000000002", "log_replicas");
    }

    @Test
    void shouldProtectItsZnodeWithTheCredentialsOfTheUrl() throws Exception {
        Contender contender = new Contender(zkUrl("gatun:secret@"), 5050, 0);
        contender.expect("elected");
        String node = PATH + "/json.info_0000000000";

        assertThat(observer.getData(node, false, null)).isNotEmpty();
        assertThatThrownBy(() -> observer.delete(node, -1)).isInstanceOf(KeeperException.NoAuthException.class);
        assertThatThrownBy(() -> observer.setData(node, new byte[0], -1))
                .isInstanceOf(KeeperException.NoAuthException.class);
        List<ACL> parent = observer.getACL(PATH, null);
        assertThat(parent)
                .contains(new ACL(ZooDefs.Perms.READ | ZooDefs.Perms.CREATE, ZooDefs.Ids.ANYONE_ID_UNSAFE))
                .hasSize(2);

        observer.addAuthInfo("digest", "gatun:secret".getBytes(StandardCharsets.UTF_8));
        observer.delete(node, -1);
        contender.expect("deposed: its znode is gone or no longer the lowest");
    }

    private ZkUrl zkUrl(String credentials) {
        return ZkUrl.parse("zk://" + credentials + zooKeeper.connectString() + PATH);
    }

    private Contender contender(int port) {
        return new Contender(zkUrl(""), port, 0);
    }

    private List<String> children() {
        try {
            return observer.getChildren(PATH, false).stream().sorted().toList();
        } catch (KeeperException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private long owner(String node) throws Exception {
        return observer.exists(PATH + "/" + node, false).getEphemeralOwner();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("timeout: " + what).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    /** A master that only contends, and notes what it is told. */
    private final class Contender implements Leadership.Listener {
        final ZooKeeperLeadership leadership;
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();
        private int failures;

        Contender(ZkUrl url, int port, int failures) {
            this.failures = failures;
            MasterInfo self = MasterInfo.newBuilder()
                    .setId("master-" + port)
                    .setIp(16777343)
                    .setPort(port)
                    .setPid("master@127.0.0.1:" + port)
                    .setHostname("localhost")
                    .setVersion("1.11.0")
                    .setAddress(Address.newBuilder()
                            .setIp("127.0.0.1")
                            .setHostname("localhost")
                            .setPort(port))
                    .build();
            leadership = new ZooKeeperLeadership(url, self, SESSION_TIMEOUT);
            open.add(leadership);
            leadership.contend(this);
        }

        @Override
        public void elected() {
            told.add("elected");
            if (failures > 0) {
                failures--;
                throw new IllegalStateException("no disk");
            }
        }

        @Override
        public void deposed(String reason) {
            told.add("deposed: " + reason);
        }

        boolean leads(String id) {
            return leadership.leader().map(MasterInfo::getId).filter(id::equals).isPresent();
        }

        void expect(String call) throws InterruptedException {
            assertThat(told.poll(15, TimeUnit.SECONDS)).isEqualTo(call);
        }

        void expectSilence() throws InterruptedException {
            assertThat(told.poll(200, TimeUnit.MILLISECONDS)).isNull();
        }
    }
}
