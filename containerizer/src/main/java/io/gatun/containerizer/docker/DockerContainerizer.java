package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.containerizer.Container;
import io.gatun.containerizer.ContainerStatus;
import io.gatun.containerizer.Containerizer;
import io.gatun.containerizer.ExecConfig;
import io.gatun.containerizer.HealthListener;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.Session;
import io.gatun.containerizer.Termination;
import io.gatun.containerizer.Usage;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers that a Docker Engine runs. The engine may be away for a while: containers stay known, what needs it fails with
 * an {@link EngineException} that says so, and ends that happened meanwhile are told when it is back.
 */
public final class DockerContainerizer implements Containerizer {
    private static final Logger LOG = LoggerFactory.getLogger(DockerContainerizer.class);
    private static final Duration DESTROY_RETRY = Duration.ofSeconds(1);
    private static final int SIGTERM = 15;
    private static final int SIGNAL_MAX = 31;

    private final DockerConfig config;
    private final Engine engine;
    private final Background background = new Background();
    private final Watcher watcher;
    private final Launching launching;
    private final EngineEvents events;
    private final ConcurrentMap<String, DockerEntry> entries = new ConcurrentHashMap<>();
    private final EventSink sink;
    private final AtomicBoolean closed = new AtomicBoolean();

    private DockerContainerizer(DockerConfig config) {
        this.config = config;
        this.engine = new Engine(config.socket());
        this.watcher = new Watcher(engine, background, config.removeDelay());
        this.launching = new Launching(engine, watcher, config);
        this.sink = new EventSink(engine, background, entries);
        this.events = new EngineEvents(engine, background, label(), sink);
    }

    /** Opens it. The engine need not be there yet. */
    public static DockerContainerizer open(DockerConfig config) {
        Path directory = config.runtimeDir().resolve("docker");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("mkdir " + directory, e);
        }
        DockerContainerizer containerizer = new DockerContainerizer(config);
        containerizer.background.run(containerizer.events::follow);
        return containerizer;
    }

    private String label() {
        return config.runtimeDir().toString();
    }

    @Override
    public Container launch(ContainerConfig container) {
        String id = container.id();
        ObjectNode body;
        try {
            body = CreateRequest.of(container, label());
        } catch (IllegalArgumentException e) {
            throw new LaunchException(id, e.getMessage(), e);
        }
        DockerEntry entry = new DockerEntry(id, checkpoint(id));
        if (entries.putIfAbsent(id, entry) != null) {
            throw new IllegalStateException("container " + id + ": is known already");
        }
        try {
            entry.checkpoint()
                    .create(
                            DockerCheckpoint.Config.of(container),
                            new LogCopier.Positions(
                                    LogSink.start(container.stdout()), LogSink.start(container.stderr())));
            Launching.Started started = launching.launch(entry, container, body);
            entry.become(new DockerLife.Running(started.container()));
            watcher.watch(entry, started.exit());
            return started.container();
        } catch (RuntimeException e) {
            forget(entry, e);
            throw e instanceof LaunchException known ? known : new LaunchException(id, e.getMessage(), e);
        }
    }

    private void forget(DockerEntry entry, RuntimeException cause) {
        entries.remove(entry.id());
        entry.logs().ifPresent(LogCopier::close);
        try {
            entry.checkpoint().delete();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
        entry.termination()
                .complete(new Termination(entry.id(), -1, Optional.empty(), "was not launched: " + cause.getMessage()));
    }

    @Override
    public CompletableFuture<Termination> termination(String id) {
        return entry(id).termination().copy();
    }

    @Override
    public void kill(String id, int signal) {
        if (signal < 1 || signal > SIGNAL_MAX) {
            throw new IllegalArgumentException("signal=" + signal + ": must be 1 to " + SIGNAL_MAX);
        }
        DockerEntry entry = entry(id);
        if (entry.container().isEmpty()) {
            return;
        }
        String number = Integer.toString(signal);
        try {
            engine.kill(entry.name(), signal == SIGTERM ? entry.stopSignal().orElse(number) : number);
        } catch (EngineException e) {
            // 409: it is not running any more.
            if (!e.notFound() && !e.conflict()) {
                throw e;
            }
        }
    }

    @Override
    public CompletableFuture<Termination> destroy(String id) {
        DockerEntry entry = entry(id);
        if (entry.stop() instanceof DockerLife.Stopping) {
            background.run(() -> stop(entry));
        }
        return entry.termination().copy();
    }

    /** Until it has ended: an engine that is away, or busy, is asked again. */
    private void stop(DockerEntry entry) {
        if (entry.life() instanceof DockerLife.Ended) {
            return;
        }
        try {
            engine.stop(entry.name(), config.stopTimeout());
        } catch (EngineException e) {
            if (e.notFound()) {
                watcher.finish(entry);
                return;
            }
            LOG.warn("container {}: is not stopped yet: {}", entry.id(), e.getMessage());
            background.later(DESTROY_RETRY, () -> stop(entry));
        }
    }

    @Override
    public Usage usage(String id) {
        DockerEntry entry = requireRunning(id);
        return UsageReading.of(engine.stats(entry.name()), engine.inspect(entry.name()));
    }

    @Override
    public void update(String id, Limits limits) {
        engine.update(requireRunning(id).name(), CreateRequest.limits(limits));
    }

    @Override
    public ContainerStatus status(String id) {
        DockerEntry entry = entry(id);
        Optional<Container> container = entry.container();
        if (container.isEmpty()) {
            return new ContainerStatus(
                    id, entry.life().state(), OptionalLong.empty(), List.of(), Optional.empty(), entry.progress());
        }
        return StatusReading.of(id, entry.life().state(), engine.inspect(entry.name()));
    }

    @Override
    public void onHealth(HealthListener listener) {
        sink.listener(listener);
    }

    @Override
    public Session exec(String id, ExecConfig program) {
        return DockerSession.exec(engine, background, requireRunning(id), program);
    }

    @Override
    public Session attach(String id) {
        return DockerSession.attach(engine, background, requireRunning(id));
    }

    @Override
    public List<Container> containers() {
        return entries.values().stream()
                .flatMap(entry -> entry.container().stream())
                .toList();
    }

    @Override
    public List<String> launching() {
        return entries.values().stream()
                .filter(DockerEntry::launching)
                .map(DockerEntry::id)
                .toList();
    }

    @Override
    public void recover(Set<String> expected) {
        new DockerRecovery(engine, background, watcher, config, entries, this::checkpoint).run(expected);
    }

    @Override
    public void remove(String id) {
        DockerEntry entry = entry(id);
        if (!(entry.life() instanceof DockerLife.Ended)) {
            throw new IllegalStateException("container " + id + ": has not ended, so its checkpoint is needed");
        }
        entry.checkpoint().delete();
        entries.remove(id, entry);
    }

    private DockerCheckpoint checkpoint(String id) {
        return new DockerCheckpoint(config.runtimeDir().resolve("docker").resolve(id));
    }

    private DockerEntry entry(String id) {
        DockerEntry entry = entries.get(id);
        if (entry == null) {
            throw new IllegalArgumentException("container " + id + ": is not known");
        }
        return entry;
    }

    private DockerEntry requireRunning(String id) {
        DockerEntry entry = entry(id);
        if (entry.container().isEmpty()) {
            throw new IllegalArgumentException("container " + id
                    + (entry.life() instanceof DockerLife.Ended ? ": has ended" : ": is being launched"));
        }
        return entry;
    }

    /** That the engine does not answer, if so. */
    @Override
    public List<String> degradations() {
        try {
            engine.ping();
            return List.of();
        } catch (EngineException e) {
            return List.of("Docker containers: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        background.close();
        entries.values().forEach(entry -> entry.logs().ifPresent(LogCopier::close));
        engine.close();
    }
}
