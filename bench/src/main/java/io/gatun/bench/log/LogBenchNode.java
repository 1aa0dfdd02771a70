package io.gatun.bench.log;

import io.gatun.master.log.Snapshot;
import io.gatun.master.log.net.TransportSettings;
import io.gatun.master.log.node.Application;
import io.gatun.master.log.node.LogNode;
import io.gatun.master.log.node.LogNodeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** One replica for the benchmark: {@code ID DIRECTORY PORT...}; the first one is told to lead. Runs until it is killed. */
public final class LogBenchNode {
    private static final int QUORUM = 2;
    private static final int CLIENTS = 16;
    /** Nobody else is there to lead: a machine that stands still for a moment is to end no measurement. */
    private static final long QUORUM_LOST_MS = 30_000;

    private LogBenchNode() {}

    public static void main(String[] args) throws InterruptedException {
        int id = Integer.parseInt(args[0]);
        Map<Integer, InetSocketAddress> replicas = new TreeMap<>();
        for (int i = 2; i < args.length; i++) {
            replicas.put(i - 1, InetSocketAddress.createUnresolved("127.0.0.1", Integer.parseInt(args[i])));
        }
        InetSocketAddress bind = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), replicas.get(id).getPort());
        LogNodeConfig config = LogNodeConfig.of(Path.of(args[1]))
                .withId(id)
                .withBind(bind, "127.0.0.1")
                .withReplicas(replicas, QUORUM)
                .withQuorumLost(QUORUM_LOST_MS)
                .withTransport(TransportSettings.defaults().clients(CLIENTS));
        Counter counter = new Counter();
        LogNode node = LogNode.open(config, counter);
        if (id == 1) {
            counter.campaigning = node::campaign;
            node.campaign();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            counter.campaigning = () -> {}; // it steps down for good
            node.close();
        }));
        new CountDownLatch(1).await();
    }

    /** Counts, and forgets: what is measured is the log. */
    private static final class Counter implements Application {
        private long count;
        private volatile Runnable campaigning = () -> {};

        @Override
        public void committed(long position, long epoch, DirectBuffer bytes, int offset, int length) {
            count++;
        }

        @Override
        public void restored(long position, Snapshot.State state) throws IOException {
            try (InputStream in = state.open()) {
                count = Long.parseLong(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void leading(long epoch) {
            System.out.println("leading");
        }

        @Override
        public void steppedDown(long epoch, String reason) {
            System.out.println("stepped down: " + reason);
            campaigning.run();
        }

        @Override
        public Supplier<Snapshot.State> snapshot() {
            byte[] state = Long.toString(count).getBytes(StandardCharsets.US_ASCII);
            return () -> Snapshot.State.of(state);
        }
    }
}
