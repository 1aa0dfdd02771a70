package io.gatun.mesos.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.http.ReservedPort;
import io.gatun.mesos.v1.MasterInfo;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MasterDetectorTest {
    @TempDir
    Path dataDir;

    private final BlockingQueue<Optional<MasterInfo>> changes = new LinkedBlockingQueue<>();
    private ReservedPort port;
    private ZooKeeperServer zooKeeper;
    private NIOServerCnxnFactory server;
    private CuratorFramework zk;

    @BeforeEach
    void startZooKeeper() throws Exception {
        port = ReservedPort.onLoopback();
        startServer();
        zk = CuratorFrameworkFactory.newClient("127.0.0.1:" + port.port(), new RetryForever(50));
        zk.start();
    }

    private void startServer() throws Exception {
        server = NIOServerCnxnFactory.createFactory(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port.port()), 50)
                        instanceof NIOServerCnxnFactory nio
                ? nio
                : null;
        zooKeeper = new ZooKeeperServer(dataDir.toFile(), dataDir.toFile(), 200);
        zooKeeper.setMaxSessionTimeout(60_000); // nobody is to lose a session because this process stood still
        server.startup(zooKeeper);
    }

    @AfterEach
    void stopZooKeeper() {
        zk.close();
        server.shutdown();
        port.close();
    }

    private String url() {
        return "zk://127.0.0.1:" + port.port() + "/mesos";
    }

    private static MasterInfo master(String id) throws Exception {
        return MasterInfoJson.of(id, (Inet4Address) Inet4Address.getByName("127.0.0.1"), 5050, "localhost", "1.11.0");
    }

    private String contend(String id) throws Exception {
        return zk.create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                .forPath("/mesos/json.info_", MasterInfoJson.encode(master(id)));
    }

    private String next() throws InterruptedException {
        Optional<MasterInfo> change = changes.poll(90, TimeUnit.SECONDS);
        return change == null ? "nothing" : change.map(MasterInfo::getId).orElse("none");
    }

    @Test
    void shouldFollowTheLowestSequenceNumber() throws Exception {
        try (MasterDetector _ = MasterDetector.open(url(), changes::add)) {
            assertThat(next()).isEqualTo("none");
            String first = contend("a");
            assertThat(next()).isEqualTo("a");
            contend("b");
            zk.create().forPath("/mesos/log_replicas");
            zk.create().forPath("/mesos/info_0000000000", "binary".getBytes(StandardCharsets.UTF_8));
            assertThat(changes.poll(200, TimeUnit.MILLISECONDS))
                    .as("no change, no callback")
                    .isNull();
            zk.delete().forPath(first);
            assertThat(next()).isEqualTo("b");
        }
    }

    @Test
    void shouldReportNobodyWhenTheLeaderIsNoMasterInfo() throws Exception {
        zk.create()
                .creatingParentsIfNeeded()
                .forPath("/mesos/json.info_0000000000", "{}".getBytes(StandardCharsets.UTF_8));
        try (MasterDetector _ = MasterDetector.open(url(), changes::add)) {
            assertThat(next()).isEqualTo("none");
        }
    }

    @Test
    void shouldLoseTheMasterWithTheSessionAndFindItAgain() throws Exception {
        zooKeeper.setMaxSessionTimeout(4_000); // here it is to be lost
        zk.create()
                .creatingParentsIfNeeded()
                .forPath("/mesos/json.info_0000000007", MasterInfoJson.encode(master("a")));
        try (MasterDetector _ = MasterDetector.open(url(), changes::add)) {
            assertThat(next()).isEqualTo("a");
            server.shutdown();
            assertThat(next()).isEqualTo("none");
            startServer();
            assertThat(next()).isEqualTo("a");
        }
    }

    @Test
    void shouldTakeAFixedMaster() throws Exception {
        try (MasterDetector _ = MasterDetector.open("127.0.0.1:5050", changes::add)) {
            MasterInfo info = changes.poll(60, TimeUnit.SECONDS).orElseThrow();
            assertThat(MasterInfoJson.uri(info, "/api/v1")).hasToString("http://127.0.0.1:5050/api/v1");
        }
        assertThatThrownBy(() -> MasterDetector.open("nowhere", changes::add))
                .hasMessage("'nowhere': a master must be zk://host:port/path or host:port");
    }

    @Test
    void shouldWriteTheAddressAsMesosDoes() throws Exception {
        assertThat(new String(MasterInfoJson.encode(master("m")), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"m\",\"ip\":16777343,\"port\":5050,\"pid\":\"master@127.0.0.1:5050\","
                        + "\"hostname\":\"localhost\",\"version\":\"1.11.0\","
                        + "\"address\":{\"hostname\":\"localhost\",\"ip\":\"127.0.0.1\",\"port\":5050}}");
        assertThat(MasterInfoJson.decode(MasterInfoJson.encode(master("m")))).isEqualTo(master("m"));
        assertThat(MasterInfoJson.dotted(16777343)).isEqualTo("127.0.0.1");
    }

    @Test
    void shouldParseZooKeeperUrls() {
        ZkUrl url = ZkUrl.parse("zk://u:p@h1:2182,h2/mesos/x/");
        assertThat(url.connectString()).isEqualTo("h1:2182,h2:2181");
        assertThat(url.path()).isEqualTo("/mesos/x");
        assertThat(url.auth()).contains("u:p");
        assertThat(url).hasToString("zk://u:***@h1:2182,h2:2181/mesos/x");
        assertThatThrownBy(() -> ZkUrl.parse("zk://u:p@h"))
                .hasMessage("'zk://***@h': a ZooKeeper URL must end in a path such as /mesos");
        assertThatThrownBy(() -> ZkUrl.parse("zk://h:0/x")).hasMessageContaining("ports between 1 and 65535");
        assertThatThrownBy(() -> ZkUrl.parse("zk:///x")).hasMessageContaining("host:port");
    }
}
