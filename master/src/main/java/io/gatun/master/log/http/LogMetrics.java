package io.gatun.master.log.http;

import io.gatun.master.log.node.LogNode;
import io.gatun.master.log.node.LogStatus;
import io.gatun.master.operator.MetricSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ObjDoubleConsumer;
import java.util.function.Supplier;

/** What the log measures. Mesos' two names first; times in milliseconds, of the newest thousand forces. */
public final class LogMetrics implements MetricSource {
    private static final double NS_PER_MS = 1e6;
    private static final double US_PER_MS = 1e3;

    private final Supplier<Optional<LogNode>> node;
    private final LongSupplier reopened;

    /**
     * Of a master.
     *
     * @param node its replica; empty before it is opened
     * @param reopened how often that was opened anew after its disk had failed
     */
    public LogMetrics(Supplier<Optional<LogNode>> node, LongSupplier reopened) {
        this.node = node;
        this.reopened = reopened;
    }

    @Override
    public void collect(ObjDoubleConsumer<String> sink) {
        Optional<LogNode> open = node.get();
        sink.accept("registrar/log/recovered", open.filter(LogMetrics::isWhole).isPresent() ? 1 : 0);
        sink.accept("log/reopened", (double) reopened.getAsLong());
        open.ifPresent(log -> collect(log, log.status(), sink));
    }

    private static boolean isWhole(LogNode log) {
        return log.status().state().equals("WHOLE");
    }

    private static void collect(LogNode log, LogStatus status, ObjDoubleConsumer<String> sink) {
        sink.accept("registrar/log/ensemble_size", status.voters().size());
        sink.accept("log/leading", status.role().equals("leader") ? 1 : 0);
        sink.accept("log/leader", status.leader());
        sink.accept("log/epoch", (double) status.epoch());
        sink.accept("log/learners", status.learners().size());
        sink.accept("log/failed", status.role().equals("silent") ? 1 : 0);
        sink.accept("log/position/first", (double) status.first());
        sink.accept("log/position/committed", (double) status.committed());
        sink.accept("log/position/forced", (double) status.forced());
        sink.accept("log/position/last", (double) status.last());
        sink.accept("log/entries_written", (double) status.sync().entries());
        sink.accept("log/bytes_written", (double) status.sync().bytes());
        sink.accept("log/syncs", (double) status.sync().count());
        long[] forces = log.forceTimes().sortedNs();
        if (forces.length > 0) {
            sink.accept("log/sync_ms", status.sync().lastUs() / US_PER_MS);
            sink.accept("log/sync_ms/p50", forces[(forces.length - 1) / 2] / NS_PER_MS);
            sink.accept("log/sync_ms/p99", forces[(int) ((forces.length - 1) * 0.99)] / NS_PER_MS);
            sink.accept("log/sync_ms/max", status.sync().maxUs() / US_PER_MS);
            sink.accept("log/sync_ago_ms", (double) status.sync().agoMs());
        }
        for (LogStatus.Peer peer : status.peers()) {
            String name = "log/replica/" + peer.id() + "/";
            sink.accept(name + "connected", peer.connection().connected() ? 1 : 0);
            if (peer.connection().connected()) {
                sink.accept(name + "heard_ms", (double) peer.connection().heardMs());
            }
            if (peer.lag() >= 0) {
                sink.accept(name + "lag", (double) peer.lag());
            }
        }
    }
}
