package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.Container;
import io.gatun.containerizer.Termination;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent that comes back finds: its checkpoints, and the engine's containers with its label. */
final class DockerRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(DockerRecovery.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Engine engine;
    private final Background background;
    private final Watcher watcher;
    private final DockerConfig config;
    private final ConcurrentMap<String, DockerEntry> entries;
    private final Function<String, DockerCheckpoint> checkpoints;

    DockerRecovery(
            Engine engine,
            Background background,
            Watcher watcher,
            DockerConfig config,
            ConcurrentMap<String, DockerEntry> entries,
            Function<String, DockerCheckpoint> checkpoints) {
        this.engine = engine;
        this.background = background;
        this.watcher = watcher;
        this.config = config;
        this.entries = entries;
        this.checkpoints = checkpoints;
    }

    /**
     * Takes over what is expected: the checkpoints say what was started, and the engine is asked what became of it, when it
     * answers. Orphans, which only the engine knows, are ended then.
     */
    void run(Set<String> expected) {
        for (String id : saved()) {
            if (expected.contains(id)) {
                adopt(id);
            } else {
                checkpoints.apply(id).delete();
            }
        }
        orphans();
    }

    private void adopt(String id) {
        DockerEntry entry = new DockerEntry(id, checkpoints.apply(id));
        entries.put(id, entry);
        Optional<Termination> told = entry.checkpoint().termination();
        Optional<Container> running = entry.checkpoint().running(id);
        if (told.isPresent()) {
            entry.become(new DockerLife.Ended(told.get()));
            entry.termination().complete(told.get());
        } else if (running.isPresent()) {
            entry.stopSignal(entry.checkpoint().stopSignal());
            entry.logs(Launching.open(engine, entry));
            entry.become(new DockerLife.Running(running.get()));
            background.run(() -> watcher.adopt(entry));
        } else {
            interrupted(entry);
        }
    }

    /** The agent died between the first trace of a container and the last step of its launch: nobody was told of it. */
    private void interrupted(DockerEntry entry) {
        Termination termination =
                new Termination(entry.id(), -1, Optional.empty(), "the agent died while it launched the container");
        background.run(() -> watcher.remove(entry.name()));
        entry.checkpoint().terminated(termination);
        entry.become(new DockerLife.Ended(termination));
        entry.termination().complete(termination);
    }

    private void orphans() {
        JsonNode found;
        try {
            found = engine.list(config.runtimeDir().toString());
        } catch (EngineException e) {
            LOG.warn("docker: orphans are looked for when the engine is back: {}", e.getMessage());
            background.later(RETRY, this::orphans);
            return;
        }
        for (JsonNode container : found) {
            String name = container.path("Names").path(0).asText().replaceFirst("^/", "");
            if (name.startsWith(CreateRequest.NAME_PREFIX)
                    && !entries.containsKey(name.substring(CreateRequest.NAME_PREFIX.length()))) {
                orphan(name, container.path("State").asText());
            }
        }
    }

    private void orphan(String name, String state) {
        if (!state.equals("running") && !state.equals("paused")) {
            background.run(() -> watcher.removeLater(name));
        } else if (config.killOrphans()) {
            LOG.info("{}: not expected by the agent, stopped", name);
            background.run(() -> end(name));
        } else {
            LOG.warn("{}: not expected by the agent, left alone (--docker_kill_orphans=false)", name);
        }
    }

    private void end(String name) {
        try {
            engine.stop(name, config.stopTimeout());
            watcher.removeLater(name);
        } catch (EngineException e) {
            if (!e.notFound()) {
                LOG.warn("{}: an orphan, not stopped yet: {}", name, e.getMessage());
                background.later(RETRY, () -> end(name));
            }
        }
    }

    private List<String> saved() {
        Path directory = config.runtimeDir().resolve("docker");
        try (var files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("list " + directory, e);
        }
    }
}
