package io.gatun.marathon.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** From {@link AppSpec} to the JSON that Marathon answers with. {@link AppReader} reads it back to an equal value. */
public final class AppWriter {
    private AppWriter() {}

    /** The whole definition, with its version and {@code versionInfo}. */
    public static ObjectNode write(AppSpec app) {
        ObjectNode json = config(app);
        Versions versions = app.versions();
        json.put("version", versions.version().toString());
        json.putObject("versionInfo")
                .put("lastScalingAt", versions.lastScalingAt().toString())
                .put("lastConfigChangeAt", versions.lastConfigChangeAt().toString());
        return json;
    }

    /** The definition without what Marathon adds: fit to be changed and read again. */
    public static ObjectNode config(AppSpec app) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", app.id().path());
        if (!app.acceptedResourceRoles().isEmpty()) {
            app.acceptedResourceRoles().forEach(json.putArray("acceptedResourceRoles")::add);
        }
        program(app.program(), json);
        json.put("cpus", app.demand().cpus());
        json.put("mem", app.demand().mem());
        json.put("disk", app.demand().disk());
        json.put("gpus", 0);
        json.put("executor", "");
        json.put("instances", app.instances());
        json.set("labels", texts(app.labels()));
        if (!app.dependencies().isEmpty()) {
            ArrayNode dependencies = json.putArray("dependencies");
            app.dependencies().forEach(id -> dependencies.add(id.path()));
        }
        ContainerWriter.write(app, json);
        if (app.ports().networks().mode() == Networks.Mode.HOST) {
            ports(app.ports(), json);
        }
        policy(app.policy(), json);
        return json;
    }

    private static void program(Program program, ObjectNode json) {
        program.cmd().ifPresent(cmd -> json.put("cmd", cmd));
        if (!program.args().isEmpty()) {
            program.args().forEach(json.putArray("args")::add);
        }
        program.user().ifPresent(user -> json.put("user", user));
        json.set("env", texts(program.environment()));
    }

    private static void ports(Ports ports, ObjectNode json) {
        ArrayNode definitions = json.putArray("portDefinitions");
        for (PortDefinition port : ports.definitions()) {
            ObjectNode definition = definitions.addObject();
            definition.set("labels", texts(port.labels()));
            port.name().ifPresent(name -> definition.put("name", name));
            definition.put("port", port.port()).put("protocol", port.protocol());
        }
        json.put("requirePorts", ports.required());
    }

    private static void policy(Policy policy, ObjectNode json) {
        json.put("backoffSeconds", policy.backoff().firstMs() / 1000);
        json.put("backoffFactor", policy.backoff().factor());
        json.put("maxLaunchDelaySeconds", policy.backoff().maxMs() / 1000);
        json.putObject("upgradeStrategy")
                .put("minimumHealthCapacity", policy.upgrade().minimumHealthCapacity())
                .put("maximumOverCapacity", policy.upgrade().maximumOverCapacity());
        json.put("killSelection", policy.killSelection().name());
        policy.killGraceSeconds().ifPresent(seconds -> json.put("taskKillGracePeriodSeconds", seconds));
        switch (policy.unreachable()) {
            case UnreachableStrategy.Disabled disabled -> json.put("unreachableStrategy", "disabled");
            case UnreachableStrategy.Enabled(long inactive, long expunge) ->
                json.putObject("unreachableStrategy")
                        .put("inactiveAfterSeconds", inactive)
                        .put("expungeAfterSeconds", expunge);
        }
    }

    static ObjectNode texts(Map<String, String> map) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        map.forEach(json::put);
        return json;
    }
}
