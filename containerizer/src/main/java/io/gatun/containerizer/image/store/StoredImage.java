package io.gatun.containerizer.image.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An image that the store has.
 *
 * @param reference full name
 * @param root digest of the manifest or index that the name led to
 * @param manifest digest of the manifest for this host's platform
 * @param config digest of the configuration
 * @param layers chain ids, the lowest first
 * @param lastUsed when a container was last given it
 */
public record StoredImage(
        String reference, Digest root, Digest manifest, Digest config, List<Digest> layers, Instant lastUsed) {
    public StoredImage {
        layers = List.copyOf(layers);
    }

    byte[] json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("reference", reference);
        json.put("root", root.toString());
        json.put("manifest", manifest.toString());
        json.put("config", config.toString());
        json.put("layers", layers.stream().map(Digest::toString).toList());
        return Json.bytes(json);
    }

    static StoredImage parse(byte[] content, String what, Instant lastUsed) {
        JsonNode json = Json.object(content, what);
        List<Digest> layers = new ArrayList<>();
        json.path("layers").forEach(layer -> layers.add(Digest.parse(layer.asText())));
        return new StoredImage(
                json.path("reference").asText(),
                Digest.parse(json.path("root").asText()),
                Digest.parse(json.path("manifest").asText()),
                Digest.parse(json.path("config").asText()),
                layers,
                lastUsed);
    }
}
