package io.gatun.bench.recovery;

import io.gatun.bench.BenchException;
import io.gatun.master.log.node.LogNode;
import io.gatun.master.log.node.LogNodeConfig;
import io.gatun.master.registry.RegistryReplica;
import io.gatun.master.registry.RegistryView;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One replica that leads, with a registry. */
final class Replicas implements AutoCloseable {
    private static final long PATIENCE_S = 300;

    private final BlockingQueue<RegistryView> terms = new LinkedBlockingQueue<>();
    private final Probe probe;
    private final LogNode node;

    /**
     * Opens it.
     *
     * @param snapshotBegins runs on the replica's thread
     */
    Replicas(Path directory, Runnable snapshotBegins) {
        this.probe = new Probe(
                new RegistryReplica(new RegistryReplica.Listener() {
                    @Override
                    public void leading(long epoch, RegistryView registry) {
                        terms.add(registry);
                    }

                    @Override
                    public void steppedDown(long epoch, String reason) {
                        System.out.println("stepped down: " + reason);
                    }
                }),
                snapshotBegins);
        this.node = LogNode.open(LogNodeConfig.of(directory), probe);
    }

    Probe probe() {
        return probe;
    }

    LogNode node() {
        return node;
    }

    /** Has it lead; what it knows then. */
    RegistryView lead() throws InterruptedException {
        node.campaign();
        RegistryView registry = terms.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (registry == null) {
            throw new BenchException("the replica did not lead within " + PATIENCE_S + " s");
        }
        return registry;
    }

    @Override
    public void close() {
        node.close();
    }
}
