package io.gatun.bench.log;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** Three servers of the ZooKeeper in our own dependencies, with its defaults: each transaction is forced before its answer. */
final class ZooKeeperSystem extends Ensemble {
    private static final int WAIT_MS = 5_000;
    /** Times that all are asked who leads, before that is given up. */
    private static final int PATIENCE = 600;

    ZooKeeperSystem(Path folder) throws IOException {
        super(folder);
    }

    @Override
    String name() {
        return Systems.ZOOKEEPER;
    }

    @Override
    List<String> command(int node, Path nodeFolder) throws IOException {
        Files.writeString(nodeFolder.resolve("myid"), Integer.toString(node + 1));
        List<String> lines = new ArrayList<>(List.of(
                "tickTime=2000",
                "initLimit=10",
                "syncLimit=5",
                "dataDir=" + nodeFolder,
                "clientPortAddress=127.0.0.1",
                "clientPort=" + port(node, 0),
                "maxClientCnxns=0",
                "admin.enableServer=false",
                "4lw.commands.whitelist=srvr"));
        for (int i = 0; i < COUNT; i++) {
            lines.add("server." + (i + 1) + "=127.0.0.1:" + port(i, 1) + ":" + port(i, 2));
        }
        Path file = nodeFolder.resolve("zoo.cfg");
        Files.write(file, lines);
        List<String> command = java(QuorumPeerMain.class.getName());
        // Their classes log every start step at DEBUG unless told otherwise.
        command.add(command.size() - 1, "-Dlogback.configurationFile=" + Logging.quiet(nodeFolder));
        command.add(file.toString());
        return command;
    }

    /** Whoever of these leads, asked by the four letters {@code srvr}. */
    static InetSocketAddress leader(List<InetSocketAddress> nodes) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < PATIENCE; attempt++) {
            for (InetSocketAddress node : nodes) {
                try (Socket socket = new Socket()) {
                    socket.connect(node, WAIT_MS);
                    socket.setSoTimeout(WAIT_MS);
                    socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
                    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                    if (answer.contains("Mode: leader")) {
                        return node;
                    }
                } catch (IOException e) {
                    Thread.sleep(20); // it is starting
                }
            }
            Thread.sleep(50);
        }
        throw new IOException("none of " + nodes + " leads");
    }
}
