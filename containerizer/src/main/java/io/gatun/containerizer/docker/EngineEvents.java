package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * Follows the engine's events about this agent's containers. Of these only what nobody else tells is needed: that the OOM
 * killer struck (on cgroup v2 older engines say OOMKilled only when it hit process 1), and what health checks found.
 */
final class EngineEvents {
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** Followed by the result. */
    private static final String HEALTH = "health_status: ";

    private final Engine engine;
    private final Background background;
    private final String label;
    private final Sink sink;
    private volatile EngineStream stream;

    /** Gets events; all but {@link #connected} on the connection's thread. Names are the engine's. */
    interface Sink {
        /** From now on events come; those that were before are not told. */
        void connected();

        void outOfMemory(String name);

        void health(String name, boolean healthy);
    }

    /** Does not start yet. */
    EngineEvents(Engine engine, Background background, String label, Sink sink) {
        this.engine = engine;
        this.background = background;
        this.label = label;
        this.sink = sink;
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
        sink.connected();
    }

    private void event(JsonNode event) {
        String action = event.path("Action").asText();
        String name = event.path("Actor").path("Attributes").path("name").asText();
        if (action.equals("oom")) {
            sink.outOfMemory(name);
        } else if (action.startsWith(HEALTH)) {
            StatusReading.health(action.substring(HEALTH.length())).ifPresent(healthy -> sink.health(name, healthy));
        }
    }
}
