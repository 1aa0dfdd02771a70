package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Follows the engine's events about this agent's containers. Of these only what nobody else tells is needed: that the OOM
 * killer struck. (On cgroup v2 older engines say OOMKilled only when it hit process 1.)
 */
final class EngineEvents {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Engine engine;
    private final Background background;
    private final String label;
    private final Consumer<String> outOfMemory;
    private volatile EngineStream stream;

    /**
     * Does not start yet.
     *
     * @param outOfMemory gets the engine's name of a container; on the connection's thread
     */
    EngineEvents(Engine engine, Background background, String label, Consumer<String> outOfMemory) {
        this.engine = engine;
        this.background = background;
        this.label = label;
        this.outOfMemory = outOfMemory;
    }

    /** Follows until the agent ends; again, when the engine was lost. */
    void follow() {
        if (background.closed()) {
            return;
        }
        try {
            stream = engine.events(label, new JsonLines(this::event));
        } catch (EngineException e) {
            background.later(RETRY, this::follow);
            return;
        }
        var unused = stream.end().whenComplete((done, failure) -> background.later(RETRY, this::follow));
    }

    private void event(JsonNode event) {
        if (event.path("Action").asText().equals("oom")) {
            outOfMemory.accept(
                    event.path("Actor").path("Attributes").path("name").asText());
        }
    }
}
