package io.gatun.marathon.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.state.Deployment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * An HTTP answer as a value.
 *
 * @param contentType of the body; empty = there is none
 * @param headers besides those that all answers carry
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    static final String JSON = "application/json";
    static final String TEXT = "text/plain; charset=utf-8";
    private static final String DEPLOYMENT_ID = "Marathon-Deployment-Id";

    static Answer json(int status, JsonNode json) {
        return new Answer(status, JSON, json.toString().getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Answer ok(JsonNode json) {
        return json(200, json);
    }

    static Answer text(String text) {
        return new Answer(200, TEXT, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Answer empty(int status) {
        return new Answer(status, "", new byte[0], Map.of());
    }

    static Answer message(int status, String message) {
        return json(status, object().put("message", message));
    }

    /** {@code {"version", "deploymentId"}}, the answer to whatever starts a deployment. */
    static Answer deployment(int status, Deployment deployment) {
        return json(
                        status,
                        object().put("version", deployment.version().toString()).put("deploymentId", deployment.id()))
                .with(DEPLOYMENT_ID, deployment.id());
    }

    Answer forDeployment(Deployment deployment) {
        return with(DEPLOYMENT_ID, deployment.id());
    }

    Answer with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Answer(status, contentType, body, more);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
