package io.gatun.bench.vip;

import io.gatun.bench.TemporaryFolder;
import io.gatun.dist.up.Up;
import io.gatun.dist.up.UpFlags;
import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** {@code gatun up} as it is shipped, on free ports, in a folder that goes with it. */
final class BenchStack implements AutoCloseable {
    /** Where every Gatun's resolver is, if it may have addresses. */
    private static final String RESOLVER = "198.51.100.1";

    private static final int PORTS = 7;

    private final TemporaryFolder folder;
    private final UpFlags flags;
    private final Up up;

    private BenchStack(TemporaryFolder folder, UpFlags flags, Up up) {
        this.folder = folder;
        this.flags = flags;
        this.up = up;
    }

    /** @throws StartupException if it cannot start here */
    static BenchStack start() throws IOException {
        // Two Gatuns in one network namespace would take each other's addresses away.
        if (NetworkInterface.getByInetAddress(InetAddress.ofLiteral(RESOLVER)) != null) {
            throw new StartupException(
                    "bench vip",
                    "a Gatun runs on this host, " + RESOLVER + " is up",
                    "end it first, or use unshare --net");
        }
        TemporaryFolder folder = TemporaryFolder.create();
        UpFlags flags = new UpFlags();
        List<Integer> ports = freePorts();
        flags.workDir = folder.path();
        flags.zookeeperPort = ports.get(0);
        flags.masterPort = ports.get(1);
        flags.agentPort = ports.get(2);
        flags.marathonPort = ports.get(3);
        flags.dnsPort = ports.get(4);
        flags.mesosDnsPort = ports.get(5);
        flags.netPort = ports.get(6);
        // What one task takes: the end of one is the offer for the next.
        flags.resources = "cpus:0.1;mem:32;disk:32;ports:[31000-31000]";
        flags.cgroupsRoot = "gatun-bench";
        flags.allowUnenforcedLimits = true;
        try {
            return new BenchStack(
                    folder,
                    flags,
                    Up.start(
                            flags,
                            System.out::print,
                            () -> Thread.currentThread().isInterrupted()));
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    private static List<Integer> freePorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            // Held together, so that no two are the same.
            for (int i = 0; i < PORTS; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    /** The master's scheduler API. */
    URI scheduler() {
        return URI.create("http://" + flags.ip + ":" + flags.masterPort + "/api/v1/scheduler");
    }

    /** UDP port of DNS on loopback. */
    int dnsPort() {
        return flags.dnsPort;
    }

    @Override
    public void close() {
        try {
            up.close();
        } finally {
            folder.close();
        }
    }
}
