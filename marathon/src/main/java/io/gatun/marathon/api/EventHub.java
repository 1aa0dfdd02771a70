package io.gatun.marathon.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.app.Timestamp;
import io.gatun.marathon.state.Action;
import io.gatun.marathon.state.Deployment;
import io.gatun.marathon.state.Event;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /v2/events}: what happens, told to all who listen, as server-sent events. There is no replay. A listener that
 * does not keep up is closed, so that it knows that it has missed something.
 */
public final class EventHub {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int QUEUE_BYTES_MAX = 4 << 20;

    private record Listener(HttpServerResponse response, Set<String> types) {}

    private final Vertx vertx;
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

    public EventHub(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Adds a listener; on its event loop. No types = all types. */
    void attach(HttpServerResponse response, Set<String> types, String client) {
        response.setChunked(true)
                .setWriteQueueMaxSize(QUEUE_BYTES_MAX)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                // Compression would hold events back.
                .putHeader("Content-Encoding", "identity");
        Listener listener = new Listener(response, types);
        response.closeHandler(closed -> {
            listeners.remove(listener);
            tell(List.of(new Event("event_stream_detached", Map.of("remoteAddress", client))));
        });
        listeners.add(listener);
        tell(List.of(new Event("event_stream_attached", Map.of("remoteAddress", client))));
    }

    /** Tells all listeners. Any thread; does not block. */
    public void tell(List<Event> events) {
        if (listeners.isEmpty()) {
            return;
        }
        for (Event event : events) {
            String frame = "event: " + event.type() + "\r\ndata: " + json(event) + "\r\n\r\n";
            vertx.runOnContext(unused -> listeners.forEach(listener -> {
                if (listener.types.isEmpty() || listener.types.contains(event.type())) {
                    write(listener, frame);
                }
            }));
        }
    }

    private void write(Listener listener, String frame) {
        HttpServerResponse response = listener.response;
        if (response.writeQueueFull()) {
            listeners.remove(listener);
            response.reset();
        } else {
            response.write(frame).onFailure(gone -> listeners.remove(listener));
        }
    }

    static ObjectNode json(Event event) {
        ObjectNode json = Answer.object()
                .put("eventType", event.type())
                .put("timestamp", new Timestamp(System.currentTimeMillis()).toString());
        event.fields().forEach((name, value) -> {
            if (value instanceof Deployment deployment) {
                json.set(name, DeploymentJson.of(deployment));
            } else if (name.equals("currentStep") && value instanceof List<?> actions) {
                ArrayNode list = json.putObject(name).putArray("actions");
                actions.forEach(action -> list.addObject()
                        .put("action", ((Action) action).type().name())
                        .put("app", ((Action) action).app().path()));
            } else {
                json.set(name, JSON.valueToTree(value));
            }
        });
        return json;
    }
}
