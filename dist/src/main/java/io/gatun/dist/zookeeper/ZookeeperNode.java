package io.gatun.dist.zookeeper;

import io.gatun.mesos.flags.StartupException;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** One standalone ZooKeeper server. Its data survives it; old snapshots and logs are removed daily. */
public final class ZookeeperNode implements AutoCloseable {
    private static final int SNAPSHOTS_KEPT = 3;
    private static final int PURGE_INTERVAL_HOURS = 24;

    private final ZooKeeperServer server;
    private final ServerCnxnFactory connections;
    private final ScheduledExecutorService cleanup;

    private ZookeeperNode(ZooKeeperServer server, ServerCnxnFactory connections, ScheduledExecutorService cleanup) {
        this.server = server;
        this.connections = connections;
        this.cleanup = cleanup;
    }

    /**
     * Starts the server; returns when it accepts sessions.
     *
     * @throws StartupException if the port is busy or {@code --work_dir} cannot be used.
     */
    public static ZookeeperNode launch(ZookeeperFlags flags) {
        // Read by ZooKeeper's classes: no HTTP admin server, logs that start at 1 MiB instead of 64.
        System.setProperty("zookeeper.admin.enableServer", "false");
        System.setProperty("zookeeper.preAllocSize", "1024");
        File data = flags.workDir.toFile();
        try {
            ZooKeeperServer server = new ZooKeeperServer(data, data, flags.tickTimeMs);
            ServerCnxnFactory connections = new NIOServerCnxnFactory();
            connections.configure(new InetSocketAddress(flags.ip, flags.port), 0);
            connections.startup(server);
            ScheduledExecutorService cleanup = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("zookeeper-retention").daemon().factory());
            // The task reports its own failures.
            ScheduledFuture<?> unused = cleanup.scheduleWithFixedDelay(
                    new SnapshotRetention(data, SNAPSHOTS_KEPT), 0, PURGE_INTERVAL_HOURS, TimeUnit.HOURS);
            return new ZookeeperNode(server, connections, cleanup);
        } catch (BindException e) {
            throw new StartupException(
                    "ZooKeeper port " + flags.port + " on " + flags.ip,
                    e.getMessage(),
                    "end the program that listens there or choose another port",
                    e);
        } catch (IOException e) {
            throw new StartupException(
                    "ZooKeeper in " + flags.workDir, e.getMessage(), "choose another --work_dir or make it usable", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("ZooKeeper", "interrupted", "start again", e);
        }
    }

    /** The port that clients connect to. */
    public int port() {
        return connections.getLocalPort();
    }

    @Override
    public void close() {
        cleanup.shutdownNow();
        connections.shutdown();
        server.shutdown();
    }
}
