package io.gatun.containerizer.image.archive;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.image.spec.Descriptor;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.Documents;
import io.gatun.containerizer.image.spec.ImageConfig;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.ImageSource;
import io.gatun.containerizer.image.spec.Json;
import io.gatun.containerizer.image.spec.MediaTypes;
import io.gatun.containerizer.image.spec.Reference;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An image in what {@code docker save} wrote before Docker 25: {@code manifest.json} names a configuration and layers by
 * path. It has no manifest of digests, so one is made: the configuration's digest is that of its bytes, a plain layer's
 * is the diff_id that the configuration has for it.
 */
final class SavedImage implements ImageSource {
    static final String MANIFEST = "manifest.json";
    private static final String PLAIN_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5};
    private static final int BUFFER_BYTES = 128 * 1024;

    private final FileTree files;
    private final Reference reference;
    private final Map<Digest, String> paths = new LinkedHashMap<>();
    private Content manifest;

    SavedImage(FileTree files, Reference reference) {
        this.files = files;
        this.reference = reference;
    }

    @Override
    public String name() {
        return files.name();
    }

    @Override
    public synchronized Content root() throws IOException {
        if (manifest == null) {
            manifest = new Content(MediaTypes.DOCKER_MANIFEST, manifest(choose()));
        }
        return manifest;
    }

    private JsonNode choose() throws IOException {
        JsonNode images = Json.array(files.read(MANIFEST, Documents.MAX_BYTES), name() + ": " + MANIFEST);
        List<String> names = new ArrayList<>();
        for (JsonNode image : images) {
            for (JsonNode tag : image.path("RepoTags")) {
                if (Archives.isSame(reference, tag.asText())) {
                    return image;
                }
                names.add(tag.asText());
            }
        }
        if (images.size() == 1) {
            return images.get(0);
        }
        throw new ImageException("image " + reference + ": " + name() + ": has no image of this name, only " + names);
    }

    private byte[] manifest(JsonNode image) throws IOException {
        String configPath = image.path("Config").asText();
        byte[] config = files.read(configPath, ImageConfig.MAX_BYTES);
        List<Digest> diffIds = ImageConfig.parse(config).diffIds();
        if (diffIds.size() != image.path("Layers").size()) {
            throw new ImageException(name() + ": " + MANIFEST + ": Layers="
                    + image.path("Layers").size() + ": the configuration has diff_ids=" + diffIds.size());
        }
        List<Map<String, Object>> layers = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            layers.add(layer(image.path("Layers").get(i).asText(), diffIds.get(i)));
        }
        Digest digest = Digest.of(config);
        paths.put(digest, configPath);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schemaVersion", 2);
        json.put("mediaType", MediaTypes.DOCKER_MANIFEST);
        json.put("config", descriptor(MediaTypes.DOCKER_CONFIG, digest, config.length));
        json.put("layers", layers);
        return Json.bytes(json);
    }

    private Map<String, Object> layer(String path, Digest diffId) throws IOException {
        long size = files.size(path).orElseThrow(() -> new FileNotFoundException(name() + ": has no file " + path));
        Digest digest = isCompressed(path) ? digest(path) : diffId;
        paths.put(digest, path);
        return descriptor(PLAIN_LAYER, digest, size);
    }

    private boolean isCompressed(String path) throws IOException {
        try (InputStream in = files.open(path, 0)) {
            byte[] magic = in.readNBytes(2);
            return Arrays.equals(magic, GZIP) || Arrays.equals(magic, ZSTD);
        }
    }

    private Digest digest(String path) throws IOException {
        MessageDigest hash = Digest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = files.open(path, 0)) {
            int n;
            while ((n = in.read(buffer)) >= 0) {
                hash.update(buffer, 0, n);
            }
        }
        return Digest.parse("sha256:" + HexFormat.of().formatHex(hash.digest()));
    }

    private static Map<String, Object> descriptor(String type, Digest digest, long sizeBytes) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mediaType", type);
        json.put("digest", digest.toString());
        json.put("size", sizeBytes);
        return json;
    }

    @Override
    public Content document(Descriptor descriptor) {
        throw new ImageException(name() + ": " + descriptor.digest() + ": such an archive has no indexes");
    }

    @Override
    public synchronized Blob blob(Descriptor descriptor, long offset) throws IOException {
        root();
        String path = paths.get(descriptor.digest());
        if (path == null) {
            throw new FileNotFoundException(name() + ": has no blob " + descriptor.digest());
        }
        return new Blob(files.open(path, offset), offset);
    }

    @Override
    public void close() {
        files.close();
    }
}
