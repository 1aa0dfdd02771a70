package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.containerizer.Container;
import io.gatun.containerizer.LaunchException;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Image;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The steps from a configuration to a started container. */
final class Launching {
    private static final Duration WAIT_HEAD = Duration.ofSeconds(30);

    private final Engine engine;
    private final Watcher watcher;
    private final DockerConfig config;

    Launching(Engine engine, Watcher watcher, DockerConfig config) {
        this.engine = engine;
        this.watcher = watcher;
        this.config = config;
    }

    /** A container that was started, and the wait for its end that was open before that. */
    record Started(Container container, EngineStream exit) {}

    /**
     * Launches; blocks while the image is pulled.
     *
     * @param body of the request that makes the container
     * @throws RuntimeException naming the step; nothing of the container is left in the engine then
     */
    Started launch(DockerEntry entry, ContainerConfig container, ObjectNode body) {
        image(entry, container.filesystem().image().orElseThrow());
        requireWanted(entry);
        entry.become(new DockerLife.Launching());
        create(entry, body);
        try {
            requireWanted(entry);
            LogCopier logs = open(entry);
            EngineStream exit = engine.waitFor(entry.name(), "next-exit", new JsonLines(answer -> {}));
            awaitHead(exit);
            engine.start(entry.name());
            container.io().terminal().ifPresent(size -> engine.resize(entry.name(), size));
            entry.logs(logs);
            return new Started(started(entry, container), exit);
        } catch (RuntimeException e) {
            watcher.remove(entry.name());
            throw e;
        }
    }

    private void create(DockerEntry entry, ObjectNode body) {
        try {
            engine.create(entry.name(), body);
        } catch (EngineException e) {
            if (e.unreachable()) {
                // It may have come to be: the answer was lost, not the request.
                watcher.remove(entry.name());
            }
            throw e;
        }
    }

    private void image(DockerEntry entry, Image image) {
        if (!image.alwaysPull() && present(image.name())) {
            return;
        }
        // The image's own credentials before those of the agent.
        Optional<String> auth = image.dockerConfig()
                .or(config::registryConfig)
                .flatMap(text -> RegistryAuth.header(text, ImageName.parse(image.name())));
        try {
            ImagePull.run(engine, image.name(), auth, entry::pulling, entry::progress);
        } catch (EngineException e) {
            requireWanted(entry);
            throw e.about(image.name());
        }
    }

    private boolean present(String image) {
        try {
            engine.image(image);
            return true;
        } catch (EngineException e) {
            if (e.notFound()) {
                return false;
            }
            throw e;
        }
    }

    private static void requireWanted(DockerEntry entry) {
        if (entry.unwanted()) {
            throw new LaunchException(entry.id(), "was destroyed while it was launched");
        }
    }

    private LogCopier open(DockerEntry entry) {
        return open(engine, entry);
    }

    /** The copier of a container's log, which goes on where the checkpoint says. */
    static LogCopier open(Engine engine, DockerEntry entry) {
        DockerCheckpoint.Config saved = entry.checkpoint().config().orElseThrow();
        return new LogCopier(
                engine,
                entry.name(),
                saved.terminal(),
                saved.stdout(),
                saved.stderr(),
                entry.checkpoint().log(),
                entry.checkpoint()::log);
    }

    private static void awaitHead(EngineStream exit) {
        try {
            exit.head().get(WAIT_HEAD.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw EngineException.unwrap(e);
        } catch (TimeoutException e) {
            exit.close();
            throw new EngineException(0, "docker: wait: no answer within " + WAIT_HEAD.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            exit.close();
            Thread.currentThread().interrupt();
            throw new EngineException(0, "docker: wait: interrupted", e);
        }
    }

    private Container started(DockerEntry entry, ContainerConfig container) {
        JsonNode inspected = engine.inspect(entry.name());
        JsonNode state = inspected.path("State");
        Instant since = Instant.parse(state.path("StartedAt").asText());
        Container started =
                new Container(entry.id(), state.path("Pid").asLong(), container.sandbox(), since.toEpochMilli() / 1e3);
        entry.stopSignal(
                Optional.ofNullable(inspected.path("Config").path("StopSignal").asText(null))
                        .filter(signal -> !signal.isEmpty()));
        entry.checkpoint().running(started, entry.stopSignal());
        return started;
    }
}
