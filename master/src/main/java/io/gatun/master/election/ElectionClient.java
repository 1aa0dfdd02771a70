package io.gatun.master.election;

import io.gatun.mesos.detector.ZkUrl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;

/** The ZooKeeper session of a master: its znode, and that of its replica, end with it. */
public final class ElectionClient {
    /** The part of the session timeout that one look at ZooKeeper may wait for a connection. */
    private static final double CONNECT = 0.1;

    private ElectionClient() {}

    /**
     * A client that is not started yet.
     *
     * @param sessionTimeout what to ask ZooKeeper for; it may grant less or more
     */
    public static CuratorFramework of(ZkUrl zk, Duration sessionTimeout) {
        int sessionTimeoutMs = Math.toIntExact(sessionTimeout.toMillis());
        CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                .connectString(zk.connectString())
                .sessionTimeoutMs(sessionTimeoutMs)
                .connectionTimeoutMs((int) (sessionTimeoutMs * CONNECT))
                // The servers' own addresses may be of no use here (containers, tunnels): those of --zk count.
                .ensembleTracker(false)
                // Retried by those who use it, who look afresh each time.
                .retryPolicy((retryCount, elapsedTimeMs, sleeper) -> false);
        zk.auth().ifPresent(auth -> builder.authorization("digest", auth.getBytes(StandardCharsets.UTF_8)));
        return builder.build();
    }
}
