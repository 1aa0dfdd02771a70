package io.gatun.master.log.node;

import io.gatun.mesos.http.ReservedPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;

/** Nodes in this process, each with a port and a disk in memory that stay its own. */
final class NodeCluster implements AutoCloseable {
    private static final long TIMEOUT_S = 60;

    /** No leader is given up because this process, or one of its threads, stood still for some seconds. */
    private static final long QUORUM_LOST_MS = 20_000;

    private final Path directory;
    private final Map<Integer, InetSocketAddress> addresses = new TreeMap<>();
    private final List<ReservedPort> ports = new ArrayList<>();
    private final Map<Integer, MemoryStore> disks = new HashMap<>();
    private final Map<Integer, LogNode> nodes = new TreeMap<>();
    private final Map<Integer, TextApplication> applications = new HashMap<>();
    private final UnaryOperator<LogNodeConfig> tuning;
    private boolean onDisk;

    NodeCluster(Path directory, UnaryOperator<LogNodeConfig> tuning) {
        this.directory = directory;
        this.tuning = tuning;
    }

    /** Uses files from now on, instead of memory. */
    NodeCluster onDisk() {
        onDisk = true;
        return this;
    }

    /** Where a node has its files. */
    Path directory(int id) {
        return directory.resolve("replica-" + id);
    }

    /** Starts all that are known. */
    void startAll(int quorum) throws Exception {
        for (int id : addresses.keySet()) {
            start(id, quorum);
        }
    }

    /** Reserves ports for ids from 1. */
    NodeCluster known(int count) throws Exception {
        for (int id = 1; id <= count; id++) {
            address(id);
        }
        return this;
    }

    InetSocketAddress address(int id) throws Exception {
        if (!addresses.containsKey(id)) {
            ReservedPort port = ReservedPort.onLoopback();
            ports.add(port);
            addresses.put(id, InetSocketAddress.createUnresolved("127.0.0.1", port.port()));
        }
        return addresses.get(id);
    }

    /** Starts a node that knows all that are known, which form a log with this quorum if none of them has one. */
    LogNode start(int id, int quorum) throws Exception {
        LogNodeConfig config = patient(LogNodeConfig.of(directory(id)), QUORUM_LOST_MS)
                .withId(id)
                .withBind(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), address(id).getPort()),
                        "127.0.0.1")
                .withReplicas(addresses, quorum);
        Files.createDirectories(config.directory());
        MemoryStore disk = disks.computeIfAbsent(id, MemoryStore::new);
        TextApplication application = new TextApplication();
        applications.put(id, application);
        LogNode node = LogNode.open(tuning.apply(config), application, onDisk ? DiskStore::open : path -> disk.open());
        nodes.put(id, node);
        return node;
    }

    /** The same with another time after which a leader that no quorum answers steps down. */
    static LogNodeConfig patient(LogNodeConfig config, long quorumLostMs) {
        return new LogNodeConfig(
                config.directory(),
                config.id(),
                config.bind(),
                config.host(),
                config.replicas(),
                config.quorum(),
                config.autoInitialize(),
                config.replica(),
                config.transport(),
                quorumLostMs,
                config.compaction());
    }

    LogNode node(int id) {
        return nodes.get(id);
    }

    TextApplication application(int id) {
        return applications.get(id);
    }

    MemoryStore disk(int id) {
        return disks.get(id);
    }

    void stop(int id) {
        nodes.remove(id).close();
    }

    /** Has a node lead, and waits until it does. */
    LogNode lead(int id) throws Exception {
        LogNode node = node(id);
        await(() -> node.status().state().equals("WHOLE"));
        node.campaign();
        await(() -> node.status().role().equals("leader"));
        return node;
    }

    static CompletableFuture<Long> append(LogNode node, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return node.append(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not happen within " + TIMEOUT_S + " s");
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        nodes.values().forEach(LogNode::close);
        ports.forEach(ReservedPort::close);
    }
}
