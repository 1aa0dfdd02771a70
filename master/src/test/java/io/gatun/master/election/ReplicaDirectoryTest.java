package io.gatun.master.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.election.ReplicaDirectory.Registration;
import io.gatun.mesos.detector.ZkUrl;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Registrations in a real ZooKeeper. */
@Timeout(300)
final class ReplicaDirectoryTest {
    private static final Duration SESSION = Duration.ofSeconds(60);
    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("127.0.0.1", 5053);
    private static final String NODE = "/mesos/log_replicas/0000000007";

    @TempDir
    Path data;

    private TestZooKeeper zooKeeper;
    private CuratorFramework client;
    private ReplicaDirectory directory;

    @BeforeEach
    void start() throws Exception {
        zooKeeper = TestZooKeeper.start(data);
        client = client();
        directory = new ReplicaDirectory(client, "/mesos", false);
    }

    private CuratorFramework client() {
        CuratorFramework started =
                ElectionClient.of(ZkUrl.parse("zk://" + zooKeeper.connectString() + "/mesos"), SESSION);
        started.start();
        return started;
    }

    @AfterEach
    void stop() {
        client.close();
        zooKeeper.close();
    }

    @Test
    void shouldWriteOnlyWhatIsNew() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(directory.register(7, new Registration(ADDRESS, false))).isTrue();
        }
        assertThat(client.checkExists().forPath(NODE).getVersion()).isZero();

        assertThat(directory.register(7, new Registration(ADDRESS, true))).isTrue();
        assertThat(client.checkExists().forPath(NODE).getVersion()).isOne();
        assertThat(directory.all()).isEqualTo(Map.of(7, new Registration(ADDRESS, true)));
    }

    @Test
    void shouldLeaveTheNumberOfAnother() throws Exception {
        try (CuratorFramework other = client()) {
            assertThat(new ReplicaDirectory(other, "/mesos", false).register(7, new Registration(ADDRESS, true)))
                    .isTrue();
            assertThat(directory.register(7, new Registration(ADDRESS, false))).isFalse();
        }
        assertThat(directory.register(7, new Registration(ADDRESS, false)))
                .as("its session has ended")
                .isTrue();
    }
}
