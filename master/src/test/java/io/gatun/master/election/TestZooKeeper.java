package io.gatun.master.election;

import io.gatun.mesos.http.ReservedPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** A real ZooKeeper server on a free loopback port. */
public final class TestZooKeeper implements AutoCloseable {
    private static final int TICK_MS = 100;
    /** Otherwise 20 ticks, and who stands still for 2 s has lost its session. */
    private static final int SESSION_MAX_MS = 60_000;

    private static final int ANY_NUMBER_OF_CONNECTIONS = 0;

    private Path data;
    private ZooKeeperServer server;
    private NIOServerCnxnFactory factory;
    private final ReservedPort port = ReservedPort.onLoopback();

    private TestZooKeeper(Path data) throws IOException {
        this.data = data;
    }

    /** Listens when this returns. */
    public static TestZooKeeper start(Path data) throws IOException, InterruptedException {
        TestZooKeeper zooKeeper = new TestZooKeeper(data);
        zooKeeper.listen();
        return zooKeeper;
    }

    private void listen() throws IOException, InterruptedException {
        server = new ZooKeeperServer(data.toFile(), data.toFile(), TICK_MS);
        server.setMaxSessionTimeout(SESSION_MAX_MS);
        factory = new NIOServerCnxnFactory();
        factory.configure(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port.port()), ANY_NUMBER_OF_CONNECTIONS);
        factory.startup(server);
    }

    /** For {@code zk://} URLs. */
    public String connectString() {
        return "127.0.0.1:" + port.port();
    }

    /** What the server does by itself when it has not heard of a session for its timeout. */
    public void expire(long session) {
        server.closeSession(session);
    }

    /** Stops answering; sessions and data stay. */
    public void down() {
        factory.shutdown();
    }

    /** Answers again, on the same port. */
    public void up() throws IOException, InterruptedException {
        listen();
    }

    /** Answers again, knowing nothing of what there was. */
    public void upEmpty(Path newData) throws IOException, InterruptedException {
        data = newData;
        listen();
    }

    /** A client with a session of its own. */
    public ZooKeeper client() throws IOException, InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper client = new ZooKeeper(connectString(), SESSION_MAX_MS, event -> connected.countDown());
        if (!connected.await(60, TimeUnit.SECONDS)) {
            client.close();
            throw new IOException("no connection to " + connectString());
        }
        return client;
    }

    @Override
    public void close() {
        factory.shutdown();
        port.close();
    }
}
