package io.gatun.containerizer.docker;

import io.gatun.containerizer.HealthListener;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the engine's events to the containers that they are about, and to who listens. */
final class EventSink implements EngineEvents.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(EventSink.class);

    private final Engine engine;
    private final Background background;
    private final Map<String, DockerEntry> entries;
    private volatile HealthListener listener = (id, healthy) -> {};

    /** @param entries by id; safe to read from any thread */
    EventSink(Engine engine, Background background, Map<String, DockerEntry> entries) {
        this.engine = engine;
        this.background = background;
        this.entries = entries;
    }

    void listener(HealthListener next) {
        listener = next;
        background.run(this::connected);
    }

    /** What changed while nobody listened is in no event: the engine is asked. */
    @Override
    public void connected() {
        entries.values().stream().filter(entry -> entry.container().isPresent()).forEach(this::ask);
    }

    private void ask(DockerEntry entry) {
        try {
            StatusReading.of(entry.id(), entry.life().state(), engine.inspect(entry.name()))
                    .health()
                    .ifPresent(healthy -> listener.checked(entry.id(), healthy));
        } catch (EngineException e) {
            // One that is gone has no health; an engine that is gone is followed again, and then asked again.
            LOG.debug("container {}: its health is not known: {}", entry.id(), e.getMessage());
        }
    }

    @Override
    public void outOfMemory(String name) {
        entry(name).ifPresent(DockerEntry::ranOutOfMemory);
    }

    @Override
    public void health(String name, boolean healthy) {
        entry(name).ifPresent(entry -> listener.checked(entry.id(), healthy));
    }

    private Optional<DockerEntry> entry(String name) {
        return name.startsWith(CreateRequest.NAME_PREFIX)
                ? Optional.ofNullable(entries.get(name.substring(CreateRequest.NAME_PREFIX.length())))
                : Optional.empty();
    }
}
