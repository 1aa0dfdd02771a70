package io.gatun.dist.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.flags.StartupException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZookeeperNodeTest {
    @TempDir
    Path temp;

    private ZookeeperFlags flags(int port) {
        ZookeeperFlags flags = new ZookeeperFlags();
        flags.port = port;
        flags.workDir = temp.resolve("zk" + port);
        return flags;
    }

    private interface Use {
        void with(ZooKeeper client) throws Exception;
    }

    private static void connected(ZookeeperNode node, Use use) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper client = new ZooKeeper("127.0.0.1:" + node.port(), 60_000, event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        try {
            assertThat(connected.await(60, TimeUnit.SECONDS)).isTrue();
            use.with(client);
        } finally {
            client.close();
        }
    }

    @Test
    void shouldKeepItsDataOverARestart() throws Exception {
        ZookeeperFlags flags = flags(0);
        byte[] data = "apps".getBytes(StandardCharsets.UTF_8);
        try (ZookeeperNode node = ZookeeperNode.launch(flags)) {
            connected(
                    node,
                    client -> client.create("/marathon", data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
        }
        try (ZookeeperNode node = ZookeeperNode.launch(flags)) {
            connected(
                    node,
                    client ->
                            assertThat(client.getData("/marathon", false, null)).isEqualTo(data));
        }
    }

    @Test
    void shouldSayWhichPortIsBusy() {
        try (ZookeeperNode node = ZookeeperNode.launch(flags(0))) {
            assertThatThrownBy(() -> ZookeeperNode.launch(flags(node.port())))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("port " + node.port() + " on 127.0.0.1")
                    .hasMessageContaining("choose another port");
        }
    }
}
