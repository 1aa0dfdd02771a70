package io.gatun.agent;

import io.gatun.containerizer.image.store.PullStatus;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how far pulls are, now and then. Called by the threads that pull. */
final class PullReports implements Consumer<PullStatus> {
    private static final Logger LOGGER = LoggerFactory.getLogger(PullReports.class);
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(5);

    private final ConcurrentMap<String, Long> told = new ConcurrentHashMap<>();

    @Override
    public void accept(PullStatus status) {
        long now = System.nanoTime();
        Long before = told.putIfAbsent(status.reference(), now);
        if (before != null && now - before > INTERVAL_NS && told.replace(status.reference(), before, now)) {
            LOGGER.info("{}", status);
        }
    }
}
