package io.gatun.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects old sandboxes every {@code --disk_watch_interval}; the files are touched on the pool, the state on the loop. */
final class Housekeeping {
    private static final Logger LOGGER = LoggerFactory.getLogger(Housekeeping.class);

    private final AgentParts parts;
    private final SandboxGc gc;
    private final Duration interval;

    Housekeeping(AgentParts parts, SandboxGc gc, Duration interval) {
        this.parts = parts;
        this.gc = gc;
        this.interval = interval;
    }

    /** Begins; on the loop. */
    void start() {
        parts.loop().schedule(interval, this::collect);
    }

    private void collect() {
        // Whatever is made after this moment is too young to be collected.
        Instant now = Instant.now();
        Set<String> inUse = parts.book().tasks().stream()
                .flatMap(task -> task.run().stream())
                .map(run -> run.containerId())
                .collect(Collectors.toSet());
        parts.pool().execute(() -> {
            try {
                SandboxGc.Outcome outcome = gc.collect(inUse, gc.diskUsage(), now);
                parts.loop().execute(() -> done(outcome));
            } catch (RuntimeException e) {
                LOGGER.error("collecting old sandboxes failed, trying again in {}", interval, e);
                parts.loop().execute(this::start);
            }
        });
    }

    private void done(SandboxGc.Outcome outcome) {
        for (int i = 0; i < outcome.removed(); i++) {
            parts.reports().count(Counter.GC_SUCCEEDED);
        }
        for (String failure : outcome.failed()) {
            LOGGER.warn("an old sandbox stays: {}", failure);
            parts.reports().count(Counter.GC_FAILED);
        }
        start();
    }
}
