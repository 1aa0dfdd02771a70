package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The version of the API that both sides speak, asked for when it is first needed (GET /version answers in every one).
 */
final class ApiVersion {
    /** What this client is written for: 1.41 brought one-shot statistics. Later engines speak it too. */
    private static final int MINOR_MAX = 41;
    /** Waiting for the next exit came with 1.30; without it, ends could only be polled for. */
    private static final int MINOR_MIN = 30;

    private final Supplier<JsonNode> ask;
    private volatile Optional<String> agreed = Optional.empty();

    ApiVersion(Supplier<JsonNode> ask) {
        this.ask = ask;
    }

    /** What paths begin with, as {@code /v1.41}. */
    String prefix() {
        Optional<String> known = agreed;
        if (known.isPresent()) {
            return known.get();
        }
        String prefix = "/v1." + agree(ask.get());
        agreed = Optional.of(prefix);
        return prefix;
    }

    void forget() {
        agreed = Optional.empty();
    }

    private static int agree(JsonNode version) {
        int newest = minor(version, "ApiVersion");
        int oldest = minor(version, "MinAPIVersion");
        if (newest < MINOR_MIN || oldest > MINOR_MAX) {
            throw new EngineException(
                    0,
                    "docker: the engine " + version.path("Version").asText() + " speaks API 1." + oldest + " to 1."
                            + newest + ": must include one of 1." + MINOR_MIN + " to 1." + MINOR_MAX);
        }
        return Math.min(newest, MINOR_MAX);
    }

    private static int minor(JsonNode version, String field) {
        String text = version.path(field).asText("");
        if (!text.matches("1\\.\\d{1,4}")) {
            throw new EngineException(0, "docker: GET /version: " + field + "='" + text + "': must be 1.N");
        }
        return Integer.parseInt(text.substring(2));
    }
}
