package io.gatun.containerizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.image.LayerBytes;
import io.gatun.containerizer.image.LayoutWriter;
import io.gatun.containerizer.image.registry.FakeRegistry;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.Json;
import io.gatun.containerizer.image.spec.MediaTypes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Two images: {@code app}, with all that layers have, and {@code steady}, its lowest layer alone. Written as OCI layouts
 * and as archives of docker save, and served by a registry.
 */
final class PullImages {
    static final String APP = "app";
    static final String STEADY = "steady";
    private static final String TAG = "1";
    private static final int FILES = 12;
    private static final int HIDDEN = 3;
    private static final byte[] BIG = noise(1_500_000, 1);
    private static final byte[] WIDE = noise(400_000, 2);

    private PullImages() {}

    /** A layer's archive as it is and as it is sent. */
    private static final class Layer {
        private final String compression;
        private final byte[] plain;

        Layer(String compression, byte[] plain) {
            this.compression = compression;
            this.plain = plain;
        }

        String compression() {
            return compression;
        }

        byte[] plain() {
            return plain;
        }

        byte[] sent() {
            return switch (compression) {
                case "+gzip" -> LayerBytes.gzip(plain);
                case "+zstd" -> LayerBytes.zstd(plain);
                default -> plain;
            };
        }
    }

    private static byte[] noise(int bytes, int seed) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        // In ASCII, since entries are made of strings; six bits of each byte are left.
        for (int i = 0; i < bytes; i++) {
            noise[i] = (byte) (' ' + (noise[i] & 0x3f));
        }
        return noise;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static List<Layer> layers(String image) {
        Layer lowest = new Layer("+gzip", lowest());
        return image.equals(STEADY)
                ? List.of(lowest)
                : List.of(
                        lowest,
                        new Layer("+zstd", big()),
                        new Layer("+gzip", changes()),
                        new Layer("+zstd", links()),
                        new Layer("+gzip", last()));
    }

    private static byte[] lowest() {
        LayerBytes layer = new LayerBytes().directory("usr", 0755).directory("data", 0755);
        for (String link : List.of("bin", "lib", "lib64")) {
            layer.link(link, "usr/" + link);
        }
        return layer.file("data/kept", "kept")
                .file("data/text", "one")
                .directory("data/gone", 0755)
                .file("data/gone/old", "old")
                .directory("data/covered", 0755)
                .file("data/covered/old", "old")
                .directory("data/covered/sub", 0755)
                .file("data/covered/sub/old", "old")
                .plain();
    }

    private static byte[] big() {
        return new LayerBytes()
                .file("data/big", text(BIG))
                .hardLink("data/big-again", "data/big")
                .entry("data/pipe", TarConstants.LF_FIFO, entry -> entry.setMode(0620), "")
                .plain();
    }

    private static byte[] changes() {
        LayerBytes layer = new LayerBytes()
                .file("data/.wh.gone", "")
                .directory("data/covered", 0711)
                .file("data/covered/.wh..wh..opq", "")
                .file("data/covered/new", "new")
                .file("data/text", "two", 0600)
                .link("data/link", "kept")
                .directory("data/many", 0750);
        for (int i = 0; i < FILES; i++) {
            layer.file("data/many/" + i, "content of " + i);
        }
        return layer.plain();
    }

    private static byte[] links() {
        return new LayerBytes()
                .file("data/wide", text(WIDE))
                .file("data/tool", "#!/bin/sh\n", 04755)
                .hardLink("data/tool-again", "data/tool")
                .file("data/many/.wh." + HIDDEN, "")
                .plain();
    }

    private static byte[] last() {
        return new LayerBytes().file("data/covered/last", "last").plain();
    }

    /** What a container of {@code app} sees in {@code /data}, as {@link TreeListing} tells it. */
    static List<String> expected() {
        Map<String, String> lines = new TreeMap<>();
        lines.put("", TreeListing.directory(0755));
        lines.put("kept", TreeListing.file(0644, "kept".getBytes(StandardCharsets.UTF_8)));
        lines.put("text", TreeListing.file(0600, "two".getBytes(StandardCharsets.UTF_8)));
        lines.put("covered", TreeListing.directory(0711));
        lines.put("covered/new", TreeListing.file(0644, "new".getBytes(StandardCharsets.UTF_8)));
        lines.put("covered/last", TreeListing.file(0644, "last".getBytes(StandardCharsets.UTF_8)));
        lines.put("big", TreeListing.file(0644, BIG));
        lines.put("big-again", TreeListing.sameAs("big"));
        lines.put("pipe", TreeListing.pipe(0620));
        lines.put("link", TreeListing.link("kept"));
        lines.put("many", TreeListing.directory(0750));
        for (int i = 0; i < FILES; i++) {
            if (i != HIDDEN) {
                lines.put("many/" + i, TreeListing.file(0644, ("content of " + i).getBytes(StandardCharsets.UTF_8)));
            }
        }
        lines.put("wide", TreeListing.file(0644, WIDE));
        lines.put("tool", TreeListing.file(04755, "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)));
        lines.put("tool-again", TreeListing.sameAs("tool"));
        List<String> all = new ArrayList<>();
        lines.forEach((path, what) -> all.add(path + " " + what));
        return all;
    }

    /** Writes both images into {@code layouts} and {@code saved}. */
    static void write(Path directory) throws IOException {
        for (String image : List.of(APP, STEADY)) {
            LayoutWriter layout =
                    new LayoutWriter(Files.createDirectories(layouts(directory).resolve("team/" + image)));
            layout.add(TAG, layout.blob(MediaTypes.OCI_MANIFEST, manifest(image, layout)));
            save(
                    image,
                    Files.createDirectories(saved(directory).resolve("team")).resolve(image + ".tar"));
            try (Stream<Path> blobs = Files.list(layouts(directory).resolve("team/" + image + "/blobs/sha256"))) {
                for (Path blob : blobs.toList()) {
                    keep(directory, Files.readAllBytes(blob));
                }
            }
            for (Layer layer : layers(image)) {
                keep(directory, layer.plain());
            }
        }
    }

    private static void keep(Path directory, byte[] content) throws IOException {
        Files.write(content(directory, Digest.of(content).hex()), content);
    }

    /** Where each manifest, configuration and layer, compressed and not, lies by its sha256. */
    static Path content(Path directory, String hex) throws IOException {
        return Files.createDirectories(directory.resolve("content")).resolve(hex);
    }

    /**
     * What an image is made of; all are sha256 in hexadecimal.
     *
     * @param archives of its layers as the registry has them, the lowest first
     * @param chains of its layers, OCI config.md, "Layer ChainID"
     */
    record Facts(String manifest, String config, List<String> archives, List<String> chains) {}

    /** Reads what {@link #write} wrote. */
    static Facts facts(Path directory, String image) throws IOException {
        Path index = layouts(directory).resolve("team/" + image + "/index.json");
        String manifest = hex(json(index).path("manifests").path(0));
        JsonNode parts = json(content(directory, manifest));
        String config = hex(parts.path("config"));
        List<String> archives = new ArrayList<>();
        parts.path("layers").forEach(layer -> archives.add(hex(layer)));
        List<String> chains = new ArrayList<>();
        for (JsonNode diffId : json(content(directory, config)).path("rootfs").path("diff_ids")) {
            String own = diffId.asText();
            String above = chains.isEmpty() ? own : "sha256:" + chains.getLast() + " " + own;
            chains.add(
                    chains.isEmpty()
                            ? own.substring(own.indexOf(':') + 1)
                            : Digest.of(above.getBytes(StandardCharsets.US_ASCII))
                                    .hex());
        }
        return new Facts(manifest, config, archives, chains);
    }

    private static JsonNode json(Path file) throws IOException {
        return Json.object(Files.readAllBytes(file), file.toString());
    }

    private static String hex(JsonNode descriptor) {
        return Digest.parse(descriptor.path("digest").asText()).hex();
    }

    static Path layouts(Path directory) {
        return directory.resolve("layouts");
    }

    static Path saved(Path directory) {
        return directory.resolve("saved");
    }

    /** The name of an image, without its registry. */
    static String name(String image) {
        return "team/" + image + ":" + TAG;
    }

    private static byte[] config(String image) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("architecture", System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
        config.put("os", "linux");
        config.put("config", LayoutWriter.config("StopSignal", "SIGINT"));
        config.put("rootfs", Map.of("type", "layers", "diff_ids", diffIds(image)));
        return Json.bytes(config);
    }

    private static List<String> diffIds(String image) {
        return layers(image).stream()
                .map(layer -> Digest.of(layer.plain()).toString())
                .toList();
    }

    private static byte[] manifest(String image, LayoutWriter into) {
        List<Object> descriptors = new ArrayList<>();
        for (Layer layer : layers(image)) {
            descriptors.add(into.blob(MediaTypes.OCI_LAYER + layer.compression(), layer.sent()));
        }
        return Json.bytes(LayoutWriter.manifest(into.blob(MediaTypes.OCI_CONFIG, config(image)), descriptors));
    }

    private static void save(String image, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            List<String> names = new ArrayList<>();
            for (Layer layer : layers(image)) {
                names.add(names.size() + "/layer.tar");
                put(tar, names.getLast(), layer.plain());
            }
            put(tar, "config.json", config(image));
            Map<String, Object> one =
                    Map.of("Config", "config.json", "RepoTags", List.of(name(image)), "Layers", names);
            put(tar, "manifest.json", Json.bytes(List.of(one)));
        }
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** Gives a registry what {@link #write} wrote. */
    static void serve(Path directory, FakeRegistry registry) throws IOException {
        for (String image : List.of(APP, STEADY)) {
            Path layout = layouts(directory).resolve("team/" + image);
            LayoutWriter scratch = new LayoutWriter(Files.createDirectories(directory.resolve("scratch")));
            registry.manifest("team/" + image, TAG, manifest(image, scratch));
            try (Stream<Path> blobs = Files.list(layout.resolve("blobs/sha256"))) {
                for (Path blob : blobs.toList()) {
                    registry.blob("team/" + image, Files.readAllBytes(blob));
                }
            }
        }
    }
}
