package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.election.ElectionClient;
import io.gatun.master.election.ReplicaDirectory;
import io.gatun.master.election.TestZooKeeper;
import io.gatun.master.log.node.LogException;
import io.gatun.mesos.detector.ZkUrl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that find each other through a real ZooKeeper; none of them has a log behind it. */
@Timeout(300)
class DiscoveryTest {
    /** No session ends because this process stood still for some seconds. */
    private static final Duration SESSION = Duration.ofSeconds(60);

    @TempDir
    Path data;

    private final List<FakeReplica> open = new ArrayList<>();
    private Duration session = SESSION;
    private TestZooKeeper zooKeeper;

    @BeforeEach
    void start() throws Exception {
        zooKeeper = TestZooKeeper.start(Files.createDirectory(data.resolve("zk")));
    }

    @AfterEach
    void stop() {
        open.forEach(FakeReplica::close);
        zooKeeper.close();
    }

    @Test
    void shouldOpenWhenAsManyAreThereAsFormALog() throws Exception {
        FakeReplica first = replica(5053, 2, 0, false);
        FakeReplica second = replica(5153, 2, 0, false);
        await("two registered", () -> registered().size() == 2);
        Thread.sleep(300);
        assertThat(first.opened).isNull();
        FakeReplica third = replica(5253, 2, 0, false);
        for (FakeReplica replica : List.of(first, second, third)) {
            await("opened", () -> replica.opened != null);
            Set<Integer> all = new TreeSet<>(replica.opened.keySet());
            all.add(replica.id);
            assertThat(all).containsExactly(1, 2, 3);
            assertThat(replica.opened).doesNotContainKey(replica.id);
            assertThat(replica.mayForm).isTrue();
        }
        assertThat(Set.of(first.id, second.id, third.id)).containsExactlyInAnyOrder(1, 2, 3);
        InetSocketAddress ofFirst = second.opened.get(first.id);
        assertThat(ofFirst.getHostString() + ":" + ofFirst.getPort()).isEqualTo("127.0.0.1:5053");
    }

    @Test
    void shouldOpenASingleReplicaAtOnce() throws Exception {
        FakeReplica only = replica(5053, 1, 0, false);
        await("opened", () -> only.opened != null);
        assertThat(only.id).isEqualTo(1);
        assertThat(only.opened).isEmpty();
        assertThat(only.mayForm).isTrue();
    }

    @Test
    void shouldOpenAgainWhatCouldNotBeOpened() throws Exception {
        FakeReplica first = replica(5053, 2, 0, false);
        first.failures.set(3);
        replica(5153, 2, 0, false);
        replica(5253, 2, 0, false);
        await("opened", () -> first.opened != null);
        assertThat(first.failures).hasValue(0);
        assertThat(first.mayForm).isTrue();
    }

    @Test
    void shouldNotFormASecondLogBesideOneThatExists() throws Exception {
        replica(5053, 1, 7, true);
        await("it tells of its log", () -> registered().equals(Set.of(7)));
        FakeReplica late = replica(5153, 1, 0, false);
        await("opened", () -> late.opened != null);
        assertThat(late.mayForm).isFalse();
        assertThat(late.opened).containsOnlyKeys(7);
        assertThat(late.id).as("no number that a member may have").isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void shouldLetOneOfTwoSingleReplicasFormALog() throws Exception {
        FakeReplica first = replica(5053, 1, 0, false);
        FakeReplica second = replica(5153, 1, 0, false);
        await("opened", () -> first.opened != null || second.opened != null);
        Thread.sleep(500);
        assertThat(first.opened != null && second.opened != null)
                .as("both would form a log of their own")
                .isFalse();
    }

    @Test
    void shouldRegisterAgainWhenItsSessionIsLost() throws Exception {
        // A server that counts its changes anew takes nobody who has seen more of them: each waits for its session's
        // end.
        session = Duration.ofSeconds(2);
        FakeReplica member = replica(5053, 2, 3, true);
        await("registered", () -> registered().equals(Set.of(3)));
        zooKeeper.down();
        zooKeeper.upEmpty(Files.createDirectory(data.resolve("empty")));
        await("registered again", () -> registered().equals(Set.of(3)));
        assertThat(member.opened).as("nothing to open").isNull();
    }

    @Test
    void shouldFindAMemberThatComesBackWithAnotherAddress() throws Exception {
        FakeReplica stays = replica(5053, 2, 1, true);
        FakeReplica moves = replica(5153, 2, 2, true);
        await(
                "both found each other",
                () -> "127.0.0.1:5153".equals(stays.found.get(2)) && "127.0.0.1:5053".equals(moves.found.get(1)));
        moves.close();
        FakeReplica moved = replica(5253, 2, 2, true);
        await(
                "found again",
                () -> "127.0.0.1:5253".equals(stays.found.get(2)) && "127.0.0.1:5053".equals(moved.found.get(1)));
        assertThat(stays.found).as("itself is no other").doesNotContainKey(1);
    }

    /** A founder that was killed comes back before ZooKeeper has noticed that it was away. */
    @Test
    void shouldGetItsNumberBackAfterACrash() throws Exception {
        FakeReplica first = replica(5053, 2, 0, false);
        await("registered", () -> registered().equals(Set.of(1)));
        first.crash();
        FakeReplica again = replica(5053, 2, 0, false);
        Thread.sleep(500);
        assertThat(again.discovery.number()).as("its number is still taken").isZero();
        assertThat(registered()).containsExactly(1);
        first.client.close();
        await("it has its number again", () -> again.discovery.number() == 1);
        assertThat(registered()).containsExactly(1);
    }

    private FakeReplica replica(int port, int quorum, int id, boolean formed) {
        FakeReplica replica = new FakeReplica(port, quorum, id, formed);
        open.add(replica);
        return replica;
    }

    private Set<Integer> registered() {
        ZkUrl zk = url();
        try (CuratorFramework client = ElectionClient.of(zk, SESSION)) {
            client.start();
            client.blockUntilConnected(60, TimeUnit.SECONDS);
            return new TreeSet<>(
                    new ReplicaDirectory(client, zk.path(), false).all().keySet());
        } catch (Exception e) {
            return Set.of();
        }
    }

    private ZkUrl url() {
        return ZkUrl.parse("zk://" + zooKeeper.connectString() + "/mesos");
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("timeout: " + what).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private final class FakeReplica implements Discovery.Opening {
        private final CuratorFramework client;
        private final Discovery discovery;
        private final boolean formed;
        private volatile int id;
        private volatile boolean mayForm;
        private volatile Map<Integer, InetSocketAddress> opened;
        /** How often it is not to be opened. */
        private final AtomicInteger failures = new AtomicInteger();

        private final Map<Integer, String> found = new ConcurrentHashMap<>();

        FakeReplica(int port, int quorum, int id, boolean formed) {
            this.formed = formed;
            LogSettings settings = new LogSettings(
                    data,
                    id,
                    quorum,
                    true,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    Map.of(),
                    Duration.ofSeconds(1));
            ZkUrl zk = url();
            client = ElectionClient.of(zk, session);
            client.start();
            discovery = new Discovery(
                    settings,
                    InetSocketAddress.createUnresolved("127.0.0.1", port),
                    id,
                    formed,
                    new ReplicaDirectory(client, zk.path(), false),
                    this);
            discovery.start();
        }

        @Override
        public void open(int number, Map<Integer, InetSocketAddress> replicas, boolean forming) {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new LogException("listen on 127.0.0.1:5053: Address already in use");
            }
            id = number;
            mayForm = forming;
            opened = Map.copyOf(replicas);
        }

        @Override
        public void found(int other, InetSocketAddress address) {
            found.put(other, address.getHostString() + ":" + address.getPort());
        }

        @Override
        public boolean formed() {
            return formed;
        }

        /** Its session lives on, as after kill -9. */
        void crash() {
            discovery.close();
        }

        void close() {
            discovery.close();
            client.close();
        }
    }
}
