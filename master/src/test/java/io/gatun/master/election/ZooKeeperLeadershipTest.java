package io.gatun.master.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.mesos.detector.ZkUrl;
import io.gatun.mesos.v1.Address;
import io.gatun.mesos.v1.MasterInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
    /** No session ends because this process stood still for some seconds. */
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration SHORT_SESSION = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMillis(600);

    /** Where sessions do end: who then is first waits some times longer for a leader that is heard of. */
    private static final Duration MUCH_PATIENCE = Duration.ofSeconds(5);

    private static final String PATH = "/deep/mesos";

    @TempDir
    Path data;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final AtomicReference<FakeCandidate> leading = new AtomicReference<>();
    private Duration sessionTimeout = SESSION_TIMEOUT;
    private Duration patience = PATIENCE;
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
        FakeCandidate contender = contender(5050);
        contender.await("leads");

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
        FakeCandidate first = leader();
        FakeCandidate second = contender(5060);
        await("the second sees the first lead", () -> second.sees(5050));
        assertThat(second.leadership.leading()).isFalse();

        first.end();

        second.await("leads");
        assertThat(second.sees(5060)).isTrue();
        assertThat(first.leadership.leading()).isFalse();
    }

    @Test
    void shouldGoOnLeadingWhenTheSessionExpires() throws Exception {
        FakeCandidate first = leader();
        FakeCandidate second = contender(5060);
        await("both contend", () -> children().size() == 2 && second.sees(5050));

        zooKeeper.expire(owner("json.info_0000000000"));

        await("both contend again", () -> {
            // It is first for a while, and does not lead: who asks it is to be sent to the leader.
            assertThat(second.sees(5060)).isFalse();
            return children().size() == 2 && !children().contains("json.info_0000000000");
        });
        await("detectors find the leader", () -> first() == 5050 && children().size() == 2);
        assertThat(first.leadership.leading()).isTrue();
        await("the second sees it", () -> second.sees(5050));
        first.expectNothing();
        second.expectNothing();
    }

    @Test
    void shouldGoOnLeadingWithoutZooKeeperAndBeFoundAfterwards() throws Exception {
        sessionTimeout = SHORT_SESSION;
        patience = MUCH_PATIENCE;
        FakeCandidate first = leader();
        FakeCandidate second = contender(5060);
        await("both contend", () -> children().size() == 2);

        zooKeeper.down();
        Thread.sleep(2 * SHORT_SESSION.toMillis());
        assertThat(first.leadership.leading()).isTrue();
        assertThat(first.leadership.leader()).map(MasterInfo::getPort).contains(5050);
        zooKeeper.up();

        reconnectObserver();
        await("detectors find the leader", () -> first() == 5050 && children().size() == 2);
        first.expectNothing();
        second.expectNothing();
    }

    @Test
    void shouldGoOnLeadingWhenZooKeeperHasForgottenEverything() throws Exception {
        // A server that counts its changes anew takes nobody who has seen more of them: each waits for its session's
        // end.
        sessionTimeout = SHORT_SESSION;
        patience = MUCH_PATIENCE;
        FakeCandidate first = leader();
        FakeCandidate second = contender(5060);
        await("both contend", () -> children().size() == 2);

        zooKeeper.down();
        zooKeeper.upEmpty(Files.createTempDirectory(data, "empty"));

        reconnectObserver();
        await("both contend again", () -> exists() && children().size() == 2);
        await("detectors find the leader", () -> first() == 5050 && children().size() == 2);
        first.expectNothing();
        second.expectNothing();
    }

    @Test
    void shouldMakeItsZnodeAgainWhenItIsRemoved() throws Exception {
        FakeCandidate leader = leader();
        observer.delete(PATH + "/json.info_0000000000", -1);
        await("it is back", () -> children().equals(List.of("json.info_0000000001")));
        leader.expectNothing();
    }

    /** It is stopped, or its network is: its session lives, and ZooKeeper alone would wait for that to expire. */
    @Test
    void shouldSucceedALeaderThatHasFallenSilent() throws Exception {
        FakeCandidate first = leader();
        FakeCandidate second = contender(5060);
        await("the second is second", () -> children().size() == 2);
        FakeCandidate third = contender(5070);
        await("all contend", () -> children().size() == 3);
        await("all know who leads", () -> second.sees(5050) && third.sees(5050));
        first.expectNothing(); // Several ticks, in which they hear the leader.

        first.silence();

        second.await("leads");
        first.await("deposed");
        await(
                "detectors find the next leader",
                () -> first() == 5060 && children().size() == 3);
        await("the others see it", () -> third.sees(5060) && first.sees(5060));
        third.expectNothing();
    }

    @Test
    void shouldLetAnotherTryWhenItGetsNowhere() throws Exception {
        FakeCandidate first = contender(5050, false, true);
        first.await("campaigns");
        FakeCandidate second = contender(5060);
        second.await("leads");
        await("detectors find the leader", () -> first() == 5060 && children().size() == 2);
        assertThat(first.leadership.leading()).isFalse();
    }

    @Test
    void shouldTryAgainAfterAWhileWhenNobodyElseDoes() throws Exception {
        FakeCandidate only = contender(5050, false, true);
        only.await("campaigns");
        only.await("resigns");
        only.await("campaigns");
        only.refuse(false);
        only.awaitAmid("leads", Set.of("resigns", "campaigns"));
    }

    @Test
    void shouldNotContendWhileItCannotLead() throws Exception {
        FakeCandidate unable = contender(5050, true, false);
        FakeCandidate able = contender(5060);
        able.await("leads");
        assertThat(children()).hasSize(1);
        unable.unable(false);
        await("both contend", () -> children().size() == 2);
        able.unable(true);
        able.depose();
        unable.await("leads");
        await("only one contends", () -> children().size() == 1);
    }

    /** Its disk is full, say. Whoever is first then may send callers to it for a moment: it must not send them back. */
    @Test
    void shouldSendNobodyToTheNextBeforeItHearsThatOneLead() throws Exception {
        FakeCandidate first = leader();
        FakeCandidate second = contender(5060, false, true);
        await("the second sees the first lead", () -> second.sees(5050));

        first.unable(true);
        first.depose();
        second.await("campaigns");
        long endNs = System.nanoTime() + 2 * PATIENCE.toNanos();
        while (System.nanoTime() < endNs) {
            assertThat(first.leadership.leader()).isEmpty();
            Thread.sleep(10);
        }

        second.refuse(false);
        await("the first sees the second lead", () -> first.sees(5060));
    }

    @Test
    void shouldIgnoreOtherChildren() throws Exception {
        leader();
        observer.create(
                PATH + "/log_replicas",
                new byte[0],
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                org.apache.zookeeper.CreateMode.PERSISTENT);
        FakeCandidate second = contender(5060);
        await("the second sees the first lead", () -> second.sees(5050));
        await("both contend", () -> children().equals(List.of("json.info_0000000000", "json.info_0000000002")));
    }

    @Test
    void shouldProtectItsZnodeWithTheCredentialsOfTheUrl() throws Exception {
        FakeCandidate contender = new FakeCandidate(zkUrl("gatun:secret@"), 5050);
        contender.await("leads");
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
        await("it makes another", () -> children().equals(List.of("json.info_0000000001")));
    }

    private ZkUrl zkUrl(String credentials) {
        return ZkUrl.parse("zk://" + credentials + zooKeeper.connectString() + PATH);
    }

    private FakeCandidate contender(int port) {
        return new FakeCandidate(zkUrl(""), port);
    }

    private FakeCandidate leader() {
        FakeCandidate leader = contender(5050);
        leader.await("leads");
        return leader;
    }

    /** The port of whoever detectors take for the leader. */
    private int first() {
        List<String> nodes = children();
        try {
            return nodes.isEmpty()
                    ? 0
                    : new ObjectMapper()
                            .readTree(observer.getData(PATH + "/" + nodes.getFirst(), false, null))
                            .get("port")
                            .asInt();
        } catch (KeeperException.NoNodeException e) {
            return 0;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<String> children() {
        try {
            return observer.getChildren(PATH, false).stream()
                    .filter(name -> name.startsWith("json.info_"))
                    .sorted()
                    .toList();
        } catch (KeeperException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private long owner(String node) throws Exception {
        return observer.exists(PATH + "/" + node, false).getEphemeralOwner();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("timeout: " + what).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private FakeCandidate contender(int port, boolean unable, boolean refused) {
        FakeCandidate candidate = new FakeCandidate(zkUrl(""), port, unable);
        candidate.refuse(refused);
        return candidate;
    }

    private boolean exists() {
        try {
            return observer.exists(PATH, false) != null;
        } catch (KeeperException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void reconnectObserver() throws Exception {
        observer.close();
        observer = zooKeeper.client();
    }

    /** A master without a log; its quorum follows whoever tried last, and one of them leads. */
    private final class FakeCandidate implements Candidate {
        final ZooKeeperLeadership leadership;
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();
        private volatile boolean unable;
        private volatile boolean refused;
        private volatile long silentSince;

        FakeCandidate(ZkUrl url, int port) {
            this(url, port, false);
        }

        FakeCandidate(ZkUrl url, int port, boolean unable) {
            this.unable = unable;
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
            leadership = new ZooKeeperLeadership(ElectionClient.of(url, sessionTimeout), url, self, patience);
            open.add(leadership);
            leadership.contend(this);
        }

        @Override
        public Standing standing() {
            FakeCandidate now = leading.get();
            boolean connected = now != null && now.silentSince == 0;
            long silentMs = now == null
                    ? Long.MAX_VALUE
                    : connected ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - now.silentSince);
            return new Standing(!unable, now == this, 0, connected, silentMs);
        }

        @Override
        public void campaign() {
            if (refused) {
                told.add("campaigns");
                return;
            }
            FakeCandidate before = leading.getAndSet(this);
            if (before != null && before != this) {
                before.silentSince = 0;
                before.told.add("deposed");
                before.leadership.leads(false);
            }
            told.add("leads");
            leadership.leads(true);
        }

        @Override
        public void resign(String reason) {
            told.add("resigns");
        }

        @Override
        public CompletableFuture<Void> confirm() {
            return leading.get() == this
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new IllegalStateException("does not lead"));
        }

        void depose() {
            leading.compareAndSet(this, null);
            leadership.leads(false);
        }

        void end() {
            leading.compareAndSet(this, null);
            leadership.close();
        }

        void silence() {
            silentSince = System.nanoTime();
        }

        void refuse(boolean now) {
            refused = now;
        }

        void unable(boolean now) {
            unable = now;
        }

        boolean sees(int port) {
            return leadership
                    .leader()
                    .map(MasterInfo::getPort)
                    .filter(seen -> seen == port)
                    .isPresent();
        }

        void await(String event) {
            try {
                assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(event);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** However often these happen before. */
        void awaitAmid(String event, Set<String> others) throws InterruptedException {
            String next = told.poll(60, TimeUnit.SECONDS);
            while (next != null && others.contains(next)) {
                next = told.poll(60, TimeUnit.SECONDS);
            }
            assertThat(next).isEqualTo(event);
        }

        void expectNothing() throws InterruptedException {
            assertThat(told.poll(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                    .isNull();
        }
    }
}
