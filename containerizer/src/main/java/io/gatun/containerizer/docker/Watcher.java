package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.Limitation;
import io.gatun.containerizer.Termination;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to the ends of containers, and to their output. The engine tells an end by answering a wait; only while the engine
 * itself is away is it asked again and again.
 */
final class Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** How long the last lines may take from the engine's log to us before the log is read again from where we are. */
    private static final Duration LAST_LINES = Duration.ofSeconds(5);

    private static final double MIB = 1 << 20;

    private final Engine engine;
    private final Background background;
    private final Duration removeDelay;

    Watcher(Engine engine, Background background, Duration removeDelay) {
        this.engine = engine;
        this.background = background;
        this.removeDelay = removeDelay;
    }

    /** A container that was started; {@code exit} is a wait that was open before that. */
    void watch(DockerEntry entry, EngineStream exit) {
        follow(entry);
        await(entry, exit);
    }

    /** A container that an agent before this one started; it may have ended. */
    void adopt(DockerEntry entry) {
        follow(entry);
        watchAgain(entry);
    }

    private void await(DockerEntry entry, EngineStream exit) {
        var unused = exit.end()
                .whenComplete((done, failure) -> background.run(() -> {
                    if (failure == null) {
                        finish(entry);
                    } else {
                        lost(entry, failure);
                    }
                }));
    }

    private void watchAgain(DockerEntry entry) {
        if (background.closed() || entry.life() instanceof DockerLife.Ended) {
            return;
        }
        try {
            await(entry, engine.waitFor(entry.name(), "not-running", new JsonLines(answer -> {})));
        } catch (EngineException e) {
            lost(entry, e);
        }
    }

    private void lost(DockerEntry entry, Throwable failure) {
        if (background.closed()) {
            return;
        }
        if (EngineException.unwrap(failure) instanceof EngineException e && e.notFound()) {
            finish(entry);
            return;
        }
        LOG.debug("container {}: {}", entry.id(), failure.getMessage());
        engine.renegotiate();
        background.later(RETRY, () -> watchAgain(entry));
    }

    private void follow(DockerEntry entry) {
        entry.logs().ifPresent(logs -> {
            var unused = logs.follow().whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.debug("container {}: its log: {}", entry.id(), failure.getMessage());
                }
                // It has ended, or the engine or the disk below the sandbox is in trouble; the end is told elsewhere.
                background.later(RETRY, () -> followAgain(entry));
            });
        });
    }

    private void followAgain(DockerEntry entry) {
        if (!entry.finishing()) {
            follow(entry);
        }
    }

    /** The engine says that a container has ended, or that it is not there. */
    void finish(DockerEntry entry) {
        if (!entry.beginToFinish()) {
            return;
        }
        Optional<JsonNode> inspected;
        try {
            inspected = Optional.of(engine.inspect(entry.name()));
        } catch (EngineException e) {
            if (!e.notFound()) {
                entry.notFinished();
                lost(entry, e);
                return;
            }
            inspected = Optional.empty();
        }
        if (inspected.isPresent()
                && inspected.get().path("State").path("Running").asBoolean()) {
            entry.notFinished();
            watchAgain(entry);
            return;
        }
        Termination termination = inspected
                .map(json -> ended(entry, json))
                .orElseGet(() -> new Termination(
                        entry.id(), -1, Optional.empty(), "the engine has no container " + entry.name() + " any more"));
        entry.logs().ifPresent(LogCopier::close);
        entry.checkpoint().terminated(termination);
        entry.become(new DockerLife.Ended(termination));
        inspected.ifPresent(json -> removeLater(entry.name(), json));
        entry.termination().complete(termination);
    }

    private Termination ended(DockerEntry entry, JsonNode inspected) {
        String missing = "";
        try {
            entry.logs().ifPresent(logs -> logs.finish(LAST_LINES));
        } catch (RuntimeException e) {
            LOG.error("container {}: the end of its output is missing", entry.id(), e);
            missing = "; the end of its output is missing: " + e.getMessage();
        }
        // Asked last: that memory ran out is an event of its own, which may come after the end that it was the cause
        // of.
        Termination termination = termination(entry.id(), inspected, entry.outOfMemory());
        return missing.isEmpty()
                ? termination
                : new Termination(
                        termination.id(),
                        termination.waitStatus(),
                        termination.limitation(),
                        termination.message() + missing);
    }

    /**
     * How a container ended. The engine tells a signal only as the exit code 128 and the signal's number, which a program
     * may as well have given itself: so it stays what it is told as, an exit code.
     */
    static Termination termination(String id, JsonNode inspected, boolean outOfMemory) {
        JsonNode state = inspected.path("State");
        int code = state.path("ExitCode").asInt();
        String error = state.path("Error").asText();
        int waitStatus = (code & 0xff) << 8;
        if (outOfMemory || state.path("OOMKilled").asBoolean()) {
            long limit = inspected.path("HostConfig").path("Memory").asLong();
            return new Termination(
                    id,
                    waitStatus,
                    Optional.of(Limitation.MEMORY),
                    String.format(
                            Locale.ROOT,
                            "Memory limit exceeded: requested %.1f MiB; the engine says OOMKilled, exit code %d",
                            limit / MIB,
                            code));
        }
        return new Termination(
                id, waitStatus, Optional.empty(), "exited with status " + code + (error.isEmpty() ? "" : ": " + error));
    }

    /** One that nothing is known of but its name. */
    void removeLater(String name) {
        try {
            removeLater(name, engine.inspect(name));
        } catch (EngineException e) {
            if (!e.notFound()) {
                background.later(RETRY, () -> removeLater(name));
            }
        }
    }

    /** Keeps what has ended for people to look at, counted from its end: an agent that restarts does not keep it longer. */
    void removeLater(String name, JsonNode inspected) {
        Duration age = Duration.between(finishedAt(inspected), Instant.now());
        Duration rest = removeDelay.minus(age.isNegative() ? Duration.ZERO : age);
        background.later(rest.isNegative() ? Duration.ZERO : rest, () -> remove(name));
    }

    /** Removes a container, running or not; again and again, while the engine is away. */
    void remove(String name) {
        try {
            engine.remove(name);
        } catch (EngineException e) {
            LOG.warn("{}: not removed yet: {}", name, e.getMessage());
            background.later(Duration.ofMinutes(1), () -> remove(name));
        }
    }

    private static Instant finishedAt(JsonNode inspected) {
        try {
            return Instant.parse(inspected.path("State").path("FinishedAt").asText());
        } catch (DateTimeParseException e) {
            return Instant.now(); // One that was made and never started.
        }
    }
}
