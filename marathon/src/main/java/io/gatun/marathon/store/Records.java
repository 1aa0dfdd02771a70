package io.gatun.marathon.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppReader;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.AppWriter;
import io.gatun.marathon.app.Timestamp;
import io.gatun.marathon.app.Versions;
import io.gatun.marathon.state.Action;
import io.gatun.marathon.state.Deployment;
import io.gatun.marathon.state.Instance;
import io.gatun.marathon.state.TaskFailure;
import io.gatun.mesos.v1.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** The stored JSON of each kind of record, both ways. Apps look as in the API. */
final class Records {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String frameworkRole;

    /**
     * Reads and writes records.
     *
     * @param frameworkRole the role that apps may name
     */
    Records(String frameworkRole) {
        this.frameworkRole = frameworkRole;
    }

    static JsonNode parse(byte[] data) throws IOException {
        return JSON.readTree(data);
    }

    static byte[] bytes(JsonNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new AssertionError("a tree is always printable", e);
        }
    }

    AppSpec app(JsonNode json) {
        JsonNode info = json.path("versionInfo");
        return AppReader.read(json, Optional.empty(), frameworkRole)
                .withVersions(new Versions(
                        Timestamp.parse(json.path("version").asText()),
                        Timestamp.parse(info.path("lastScalingAt").asText()),
                        Timestamp.parse(info.path("lastConfigChangeAt").asText())));
    }

    static ObjectNode json(Instance instance) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", instance.id())
                .put("app", instance.app().path())
                .put("version", instance.version().toString())
                .put("agentId", instance.agentId())
                .put("host", instance.host())
                .put("state", instance.state().name())
                .put("killing", instance.killing())
                .put("stagedAt", instance.stagedAtMs());
        instance.startedAtMs().ifPresent(ms -> json.put("startedAt", ms));
        instance.unreachableSinceMs().ifPresent(ms -> json.put("unreachableSince", ms));
        ArrayNode ports = json.putArray("ports");
        instance.ports().forEach(ports::add);
        instance.addresses().forEach(json.putArray("addresses")::add);
        return json;
    }

    static Instance instance(JsonNode json) {
        List<Integer> ports = new ArrayList<>();
        json.path("ports").forEach(port -> ports.add(port.asInt()));
        List<String> addresses = new ArrayList<>();
        json.path("addresses").forEach(address -> addresses.add(address.asText()));
        return new Instance(
                json.path("id").asText(),
                new AppId(json.path("app").asText()),
                Timestamp.parse(json.path("version").asText()),
                json.path("agentId").asText(),
                json.path("host").asText(),
                ports,
                TaskState.valueOf(json.path("state").asText()),
                json.path("killing").asBoolean(),
                json.path("stagedAt").asLong(),
                optional(json.path("startedAt")),
                optional(json.path("unreachableSince")),
                addresses);
    }

    private static OptionalLong optional(JsonNode json) {
        return json.isMissingNode() ? OptionalLong.empty() : OptionalLong.of(json.asLong());
    }

    static ObjectNode json(Deployment deployment) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", deployment.id())
                .put("version", deployment.version().toString())
                .put("current", deployment.current());
        ArrayNode original = json.putArray("original");
        deployment.original().values().forEach(app -> original.add(AppWriter.write(app)));
        ArrayNode target = json.putArray("target");
        deployment.target().values().forEach(app -> target.add(AppWriter.write(app)));
        ArrayNode steps = json.putArray("steps");
        for (List<Action> step : deployment.steps()) {
            ArrayNode actions = steps.addArray();
            step.forEach(action -> actions.addObject()
                    .put("type", action.type().name())
                    .put("app", action.app().path()));
        }
        return json;
    }

    Deployment deployment(JsonNode json) {
        List<List<Action>> steps = new ArrayList<>();
        for (JsonNode step : json.path("steps")) {
            List<Action> actions = new ArrayList<>();
            step.forEach(action -> actions.add(new Action(
                    Action.Type.valueOf(action.path("type").asText()),
                    new AppId(action.path("app").asText()))));
            steps.add(actions);
        }
        return new Deployment(
                json.path("id").asText(),
                Timestamp.parse(json.path("version").asText()),
                apps(json.path("original")),
                apps(json.path("target")),
                steps,
                json.path("current").asInt());
    }

    private SortedMap<AppId, AppSpec> apps(JsonNode json) {
        SortedMap<AppId, AppSpec> apps = new TreeMap<>();
        for (JsonNode app : json) {
            AppSpec spec = app(app);
            apps.put(spec.id(), spec);
        }
        return apps;
    }

    static ObjectNode json(TaskFailure failure) {
        return JSON.createObjectNode()
                .put("app", failure.app().path())
                .put("taskId", failure.taskId())
                .put("state", failure.state())
                .put("message", failure.message())
                .put("host", failure.host())
                .put("agentId", failure.agentId())
                .put("version", failure.version().toString())
                .put("timestamp", failure.timestamp().toString());
    }

    static TaskFailure failure(JsonNode json) {
        return new TaskFailure(
                new AppId(json.path("app").asText()),
                json.path("taskId").asText(),
                json.path("state").asText(),
                json.path("message").asText(),
                json.path("host").asText(),
                json.path("agentId").asText(),
                Timestamp.parse(json.path("version").asText()),
                Timestamp.parse(json.path("timestamp").asText()));
    }
}
