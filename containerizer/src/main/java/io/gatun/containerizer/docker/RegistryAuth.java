package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Credentials for a registry out of Docker's config.json, as the engine takes them. Nothing of them is ever printed. */
final class RegistryAuth {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RegistryAuth() {}

    /**
     * The header X-Registry-Auth for an image.
     *
     * @param config text of a config.json
     * @return empty when the file knows nothing of the image's registry
     * @throws IllegalArgumentException when the text cannot be understood, or names a helper program
     */
    static Optional<String> header(String config, ImageName image) {
        JsonNode file = read(config);
        String registry = image.registry().isEmpty() ? ImageName.DEFAULT_REGISTRY : image.registry();
        for (var entry : file.path("auths").properties()) {
            if (host(entry.getKey()).equals(host(registry)) && !entry.getValue().isEmpty()) {
                return Optional.of(encode(entry.getValue(), registry));
            }
        }
        if (file.path("credHelpers").has(registry) || file.hasNonNull("credsStore")) {
            throw new IllegalArgumentException("docker config: registry " + registry
                    + ": credentials must be in the file (auths); helper programs are not run");
        }
        return Optional.empty();
    }

    private static JsonNode read(String config) {
        try {
            JsonNode file = JSON.readTree(config);
            if (file.isObject()) {
                return file;
            }
        } catch (IOException e) {
            // The parser's message would quote what it read: secrets.
        }
        throw new IllegalArgumentException("docker config: must be a JSON object as Docker's config.json");
    }

    private static String encode(JsonNode entry, String registry) {
        ObjectNode auth = JSON.createObjectNode().put("serveraddress", registry);
        if (entry.hasNonNull("identitytoken")) {
            auth.put("identitytoken", entry.path("identitytoken").asText());
        } else if (entry.hasNonNull("username")) {
            auth.put("username", entry.path("username").asText());
            auth.put("password", entry.path("password").asText());
        } else {
            String pair = decode(entry.path("auth").asText(), registry);
            int colon = pair.indexOf(':');
            if (colon < 1) {
                throw unreadable(registry);
            }
            auth.put("username", pair.substring(0, colon));
            auth.put("password", pair.substring(colon + 1));
        }
        return Base64.getUrlEncoder().encodeToString(auth.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String base64, String registry) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw unreadable(registry);
        }
    }

    private static IllegalArgumentException unreadable(String registry) {
        return new IllegalArgumentException(
                "docker config: auths." + registry + ".auth: must be base64 of user:password");
    }

    /** Keys come as hosts and as URLs. */
    private static String host(String key) {
        String bare = key.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        return bare.equals("docker.io") || bare.equals("registry-1.docker.io") ? "index.docker.io" : bare;
    }
}
