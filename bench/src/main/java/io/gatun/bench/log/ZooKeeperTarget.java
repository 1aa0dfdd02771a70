package io.gatun.bench.log;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/** ZooKeeper by its own asynchronous client, connected to the leader; each writer sets the data of a node of its own. */
final class ZooKeeperTarget implements Target {
    private static final int SESSION_MS = 30_000;

    private final ZooKeeper zooKeeper;
    private final String[] paths = new String[LogLoad.MAX_WRITERS];

    ZooKeeperTarget(List<InetSocketAddress> nodes) throws Exception {
        InetSocketAddress leader = ZooKeeperSystem.leader(nodes);
        CountDownLatch connected = new CountDownLatch(1);
        zooKeeper = new ZooKeeper(leader.getHostString() + ":" + leader.getPort(), SESSION_MS, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        if (!connected.await(30, TimeUnit.SECONDS)) {
            throw new IOException("no session with " + leader);
        }
    }

    @Override
    public void prepare(int writers) throws Exception {
        for (int i = 0; i < writers; i++) {
            paths[i] = "/w" + i;
            if (zooKeeper.exists(paths[i], false) == null) {
                zooKeeper.create(paths[i], new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
        }
    }

    @Override
    public void write(int writer, byte[] bytes, Done done) {
        zooKeeper.setData(
                paths[writer],
                bytes,
                -1,
                (result, path, context, stat) -> {
                    if (result == KeeperException.Code.OK.intValue()) {
                        done.done(writer);
                    } else {
                        done.failed(path + ": " + KeeperException.Code.get(result));
                    }
                },
                null);
    }

    @Override
    public void drive(long ms, Done done) throws InterruptedException {
        Thread.sleep(ms); // its client has threads of its own
    }

    @Override
    public void close() throws IOException {
        try {
            zooKeeper.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("close the session", e);
        }
    }
}
