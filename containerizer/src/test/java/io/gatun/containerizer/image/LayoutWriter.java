package io.gatun.containerizer.image;

import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.Json;
import io.gatun.containerizer.image.spec.MediaTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes an OCI layout, from layers to index, without help of any tool. */
public final class LayoutWriter {
    private final Path directory;
    private final List<Object> index = new ArrayList<>();
    private final Map<String, Object> tagged = new HashMap<>();

    public LayoutWriter(Path directory) {
        this.directory = directory;
        write(directory.resolve("oci-layout"), Json.bytes(Map.of("imageLayoutVersion", "1.0.0")));
    }

    public static Map<String, Object> config(Object... keysAndValues) {
        Map<String, Object> config = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return config;
    }

    /** Adds an image of plain archives, each compressed as told: {@code ""}, {@code "+gzip"}, {@code "+zstd"}. */
    public LayoutWriter image(String tag, Map<String, Object> run, String compression, byte[]... layers) {
        return image(tag, "amd64", run, compression, layers);
    }

    public LayoutWriter image(
            String tag, String architecture, Map<String, Object> run, String compression, byte[]... layers) {
        Map<String, Object> manifest = manifest(architecture, run, compression, layers);
        Map<String, Object> descriptor = blob(MediaTypes.OCI_MANIFEST, Json.bytes(manifest));
        return add(tag, descriptor);
    }

    /** The manifest of an image whose blobs are written. */
    public Map<String, Object> manifest(
            String architecture, Map<String, Object> run, String compression, byte[]... layers) {
        List<Object> descriptors = new ArrayList<>();
        List<String> diffIds = new ArrayList<>();
        for (byte[] layer : layers) {
            diffIds.add(Digest.of(layer).toString());
            descriptors.add(blob(
                    MediaTypes.OCI_LAYER + compression,
                    switch (compression) {
                        case "+gzip" -> LayerBytes.gzip(layer);
                        case "+zstd" -> LayerBytes.zstd(layer);
                        default -> layer;
                    }));
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("architecture", architecture);
        config.put("os", "linux");
        config.put("config", run);
        config.put("rootfs", Map.of("type", "layers", "diff_ids", diffIds));
        return manifest(blob(MediaTypes.OCI_CONFIG, Json.bytes(config)), descriptors);
    }

    public static Map<String, Object> manifest(Map<String, Object> config, List<Object> layers) {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MediaTypes.OCI_MANIFEST);
        manifest.put("config", config);
        manifest.put("layers", layers);
        return manifest;
    }

    /** Puts any descriptor into the index, with a name; it takes the place of an earlier one. */
    public LayoutWriter add(String tag, Map<String, Object> descriptor) {
        index.removeIf(each -> each.equals(tagged.get(tag)));
        tagged.put(tag, descriptor);
        descriptor.put("annotations", Map.of("org.opencontainers.image.ref.name", tag));
        index.add(descriptor);
        return flush();
    }

    private LayoutWriter flush() {
        write(
                directory.resolve("index.json"),
                Json.bytes(Map.of("schemaVersion", 2, "mediaType", MediaTypes.OCI_INDEX, "manifests", index)));
        return this;
    }

    /** Writes a blob; its descriptor. */
    public Map<String, Object> blob(String type, byte[] content) {
        Digest digest = Digest.of(content);
        write(digest.in(directory.resolve("blobs")), content);
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", type);
        descriptor.put("digest", digest.toString());
        descriptor.put("size", content.length);
        return descriptor;
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
