package io.gatun.marathon.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.marathon.state.RequestException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request as a value.
 *
 * @param method upper case
 * @param path segments after the root
 * @param query all values of each parameter
 * @param accept the Accept header or an empty string
 * @param contentType the Content-Type header or an empty string
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ApiRequest(
        String method,
        List<String> path,
        Map<String, List<String>> query,
        String accept,
        String contentType,
        byte[] body,
        String client) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).map(List::getFirst);
    }

    /** A parameter given bare, as in {@code ?force}, is true. */
    boolean flag(String name, boolean absent) {
        return parameter(name).map(value -> !value.equals("false")).orElse(absent);
    }

    boolean accepts(String type) {
        return accept.toLowerCase(Locale.ROOT).contains(type);
    }

    /**
     * The body as JSON.
     *
     * @throws JsonProcessingException when it is none
     * @throws RequestException 415 when it is declared as something else
     */
    JsonNode json() throws JsonProcessingException {
        if (!contentType.isEmpty() && !contentType.toLowerCase(Locale.ROOT).contains("json")) {
            throw new RequestException(
                    415, "Unsupported Media Type: Content-Type must be application/json, was " + contentType);
        }
        try {
            JsonNode json = JSON.readTree(body);
            if (json == null || json.isMissingNode()) {
                throw new RequestException(400, "Please specify data in JSON format");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError("bytes in memory are always readable", e);
        }
    }
}
