package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.isolator.IoConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The requests of the Engine API that containers need. Calls block; streams do not. Any thread. */
final class Engine implements AutoCloseable {
    /** Label by which the containers of one agent are told from those of others on the same engine. */
    static final String LABEL = "io.gatun.runtime_dir";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SHORT = Duration.ofSeconds(30);
    /** Creating copies files where the engine has no overlay; starting runs its hooks and network drivers. */
    private static final Duration LONG = Duration.ofMinutes(2);

    private final EngineHttp http;
    private final ApiVersion version;

    /** @param socket the engine's */
    Engine(Path socket) {
        this.http = new EngineHttp(socket);
        this.version = new ApiVersion(() -> json(http.call(EngineRequest.get("/version"), "", SHORT)));
    }

    /** Forgets the version that was agreed on: the engine that is back may be another one. */
    void renegotiate() {
        version.forget();
    }

    /** Fails when it does not answer. */
    void ping() {
        http.call(EngineRequest.get("/_ping"), "", SHORT);
    }

    JsonNode image(String name) {
        return call(EngineRequest.get("/images/" + name + "/json"), SHORT);
    }

    EngineStream pull(ImageName image, Optional<String> registryAuth, BodyListener progress) {
        EngineRequest request = EngineRequest.post("/images/create")
                .with("fromImage", image.repository())
                .with("tag", image.version());
        return stream(registryAuth.map(request::withRegistryAuth).orElse(request), progress);
    }

    /** Makes a container; it is known by its name from now on. */
    void create(String name, ObjectNode config) {
        call(EngineRequest.post("/containers/create").with("name", name).withBody(config), LONG);
    }

    void start(String container) {
        call(EngineRequest.post(path(container, "/start")), LONG);
    }

    /** Lets it end by its stop signal, and by SIGKILL after the grace; returns when it has ended. */
    void stop(String container, Duration grace) {
        call(EngineRequest.post(path(container, "/stop")).with("t", grace.toSeconds()), grace.plus(LONG));
    }

    void kill(String container, String signal) {
        call(EngineRequest.post(path(container, "/kill")).with("signal", signal), SHORT);
    }

    JsonNode inspect(String container) {
        return call(EngineRequest.get(path(container, "/json")), SHORT);
    }

    /** One reading of the counters; {@code one-shot} spares the engine a second one a second later. */
    JsonNode stats(String container) {
        return call(
                EngineRequest.get(path(container, "/stats"))
                        .with("stream", false)
                        .with("one-shot", true),
                SHORT);
    }

    void update(String container, ObjectNode limits) {
        call(EngineRequest.post(path(container, "/update")).withBody(limits), SHORT);
    }

    /** Its anonymous volumes are removed with it; a container that is not there is fine. */
    void remove(String container) {
        try {
            call(
                    EngineRequest.delete("/containers/" + container)
                            .with("force", true)
                            .with("v", true),
                    LONG);
        } catch (EngineException e) {
            if (!e.notFound()) {
                throw e;
            }
        }
    }

    /** The containers of one agent, running or not. */
    JsonNode list(String label) {
        return call(EngineRequest.get("/containers/json").with("all", true).with("filters", labelled(label)), SHORT);
    }

    /** @param condition next-exit (of a container that is to be started) or not-running */
    EngineStream waitFor(String container, String condition, BodyListener listener) {
        return stream(EngineRequest.post(path(container, "/wait")).with("condition", condition), listener);
    }

    /**
     * The log, as frames of the attach format (see {@link Frames}) unless the container has a terminal.
     *
     * @param since seconds since 1970 with nanoseconds, inclusive; "0" for all
     */
    EngineStream logs(String container, boolean follow, boolean timestamps, String since, BodyListener listener) {
        return stream(
                EngineRequest.get(path(container, "/logs"))
                        .with("stdout", true)
                        .with("stderr", true)
                        .with("follow", follow)
                        .with("timestamps", timestamps)
                        .with("since", since),
                listener);
    }

    EngineStream events(String label, BodyListener listener) {
        ObjectNode filters = labelled(label);
        filters.putArray("type").add("container");
        return stream(EngineRequest.get("/events").with("filters", filters), listener);
    }

    Channel attach(String container, Consumer<ChannelPipeline> handlers) {
        return http.hijack(
                EngineRequest.post(path(container, "/attach"))
                        .with("stream", true)
                        .with("stdin", true)
                        .with("stdout", true)
                        .with("stderr", true),
                version.prefix(),
                SHORT,
                handlers);
    }

    void resize(String container, IoConfig.Terminal size) {
        call(sized(EngineRequest.post(path(container, "/resize")), size), SHORT);
    }

    /** Prepares a program to be run in a container, and yields the engine's id of it. */
    String createExec(String container, ObjectNode config) {
        return call(EngineRequest.post(path(container, "/exec")).withBody(config), SHORT)
                .path("Id")
                .asText();
    }

    Channel startExec(String exec, boolean terminal, Consumer<ChannelPipeline> handlers) {
        ObjectNode body = JSON.createObjectNode().put("Detach", false).put("Tty", terminal);
        return http.hijack(
                EngineRequest.post("/exec/" + exec + "/start").withBody(body), version.prefix(), LONG, handlers);
    }

    void resizeExec(String exec, IoConfig.Terminal size) {
        call(sized(EngineRequest.post("/exec/" + exec + "/resize"), size), SHORT);
    }

    JsonNode inspectExec(String exec) {
        return call(EngineRequest.get("/exec/" + exec + "/json"), SHORT);
    }

    private static EngineRequest sized(EngineRequest request, IoConfig.Terminal size) {
        return request.with("h", size.rows()).with("w", size.columns());
    }

    private static ObjectNode labelled(String label) {
        ObjectNode filters = JSON.createObjectNode();
        filters.putArray("label").add(LABEL + "=" + label);
        return filters;
    }

    private static String path(String container, String what) {
        return "/containers/" + container + what;
    }

    private JsonNode call(EngineRequest request, Duration timeout) {
        return json(http.call(request, version.prefix(), timeout));
    }

    private EngineStream stream(EngineRequest request, BodyListener listener) {
        return http.stream(request, version.prefix(), listener);
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new EngineException(0, "docker: the answer is not JSON: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
