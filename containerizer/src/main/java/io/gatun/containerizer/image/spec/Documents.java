package io.gatun.containerizer.image.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads manifests and indexes. Pure. */
public final class Documents {
    /** A manifest larger than this is refused; registries have the same bound. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final int MAX_LAYERS = 500;

    private Documents() {}

    /**
     * Parses a manifest or index.
     *
     * @param mediaType as the transport or the descriptor says; empty when neither does
     * @throws ImageException for what is neither, is both (CVE-2021-41190), or is of Docker's schema 1
     */
    public static Document parse(String mediaType, byte[] content) {
        JsonNode json = Json.object(content, "manifest");
        String type = type(mediaType, json);
        boolean index = json.has("manifests");
        boolean manifest = json.has("layers") || json.has("config");
        if (index && manifest) {
            throw new ImageException("manifest: has both \"manifests\" and \"layers\": must be one of both kinds");
        }
        if (index && MediaTypes.isIndex(type)) {
            return new Document.Index(descriptors(json, "manifests"));
        }
        if (manifest && MediaTypes.isManifest(type)) {
            return manifest(json);
        }
        throw new ImageException("manifest: mediaType=" + type + ", schemaVersion="
                + json.path("schemaVersion").asText() + ": must be an OCI or Docker (schema 2) manifest or index");
    }

    private static String type(String given, JsonNode json) {
        String own = json.path("mediaType").asText("");
        boolean known = MediaTypes.isIndex(given) || MediaTypes.isManifest(given);
        if (known && !own.isEmpty() && !own.equals(given)) {
            throw new ImageException("manifest: mediaType=" + own + ": was announced as " + given);
        }
        if (known) {
            return given;
        }
        if (!own.isEmpty()) {
            return own;
        }
        // OCI makes the field optional; in a layout nothing else may tell.
        return given.isEmpty() || given.equals("application/json")
                ? json.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST
                : given;
    }

    private static Document.Manifest manifest(JsonNode json) {
        Descriptor config = descriptor(json.path("config"), "config");
        if (!MediaTypes.isConfig(config.mediaType())) {
            throw new ImageException("manifest: config.mediaType=" + config.mediaType()
                    + ": is not a container image but another kind of artifact");
        }
        List<Descriptor> layers = descriptors(json, "layers");
        if (layers.isEmpty() || layers.size() > MAX_LAYERS) {
            throw new ImageException("manifest: layers=" + layers.size() + ": must be 1 to " + MAX_LAYERS);
        }
        for (Descriptor layer : layers) {
            if (!MediaTypes.isLayer(layer.mediaType())) {
                throw new ImageException("manifest: layer " + layer.digest() + ": mediaType=" + layer.mediaType()
                        + ": must be a tar archive, plain or with gzip or zstd");
            }
        }
        return new Document.Manifest(config, layers);
    }

    private static List<Descriptor> descriptors(JsonNode json, String field) {
        List<Descriptor> found = new ArrayList<>();
        for (JsonNode each : json.path(field)) {
            found.add(descriptor(each, field));
        }
        return found;
    }

    private static Descriptor descriptor(JsonNode json, String field) {
        if (!json.path("digest").isTextual() || !json.path("size").isIntegralNumber()) {
            throw new ImageException("manifest: " + field + ": must have a digest and a size");
        }
        Map<String, String> annotations = new HashMap<>();
        json.path("annotations")
                .properties()
                .forEach(e -> annotations.put(e.getKey(), e.getValue().asText()));
        JsonNode platform = json.path("platform");
        return new Descriptor(
                json.path("mediaType").asText(""),
                Digest.parse(json.path("digest").asText()),
                json.path("size").asLong(),
                platform.isObject()
                        ? Optional.of(new Platform(
                                platform.path("os").asText(""),
                                platform.path("architecture").asText(""),
                                platform.path("variant").asText("")))
                        : Optional.empty(),
                annotations);
    }
}
