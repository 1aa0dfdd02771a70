package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request to the engine; immutable.
 *
 * @param path starts with a slash, without the API version
 * @param registryAuth value of the header X-Registry-Auth; never printed
 */
record EngineRequest(
        HttpMethod method,
        String path,
        Map<String, String> query,
        Optional<JsonNode> body,
        Optional<String> registryAuth) {
    EngineRequest {
        query = Map.copyOf(new LinkedHashMap<>(query));
    }

    static EngineRequest get(String path) {
        return new EngineRequest(HttpMethod.GET, path, Map.of(), Optional.empty(), Optional.empty());
    }

    static EngineRequest post(String path) {
        return new EngineRequest(HttpMethod.POST, path, Map.of(), Optional.empty(), Optional.empty());
    }

    static EngineRequest delete(String path) {
        return new EngineRequest(HttpMethod.DELETE, path, Map.of(), Optional.empty(), Optional.empty());
    }

    /** The same with one more query parameter. */
    EngineRequest with(String name, Object value) {
        Map<String, String> more = new LinkedHashMap<>(query);
        more.put(name, String.valueOf(value));
        return new EngineRequest(method, path, more, body, registryAuth);
    }

    /** The same with a JSON body. */
    EngineRequest withBody(JsonNode json) {
        return new EngineRequest(method, path, query, Optional.of(json), registryAuth);
    }

    /** The same with credentials for a registry. */
    EngineRequest withRegistryAuth(String header) {
        return new EngineRequest(method, path, query, body, Optional.of(header));
    }

    /** @param prefix API version as {@code /v1.41}, or empty */
    String uri(String prefix) {
        QueryStringEncoder encoder = new QueryStringEncoder(prefix + path);
        query.forEach(encoder::addParam);
        return encoder.toString();
    }

    /** Method and path: what messages show. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
