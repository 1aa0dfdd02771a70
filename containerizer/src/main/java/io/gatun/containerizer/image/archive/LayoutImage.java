package io.gatun.containerizer.image.archive;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.image.spec.Descriptor;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.Document;
import io.gatun.containerizer.image.spec.Documents;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.ImageSource;
import io.gatun.containerizer.image.spec.Json;
import io.gatun.containerizer.image.spec.MediaTypes;
import io.gatun.containerizer.image.spec.Platform;
import io.gatun.containerizer.image.spec.Reference;
import java.io.IOException;
import java.util.List;

/** An image in an OCI layout, a directory or an archive of one; OCI image specification, image-layout.md. */
final class LayoutImage implements ImageSource {
    static final String MARKER = "oci-layout";
    private static final String INDEX = "index.json";
    private static final String REF_NAME = "org.opencontainers.image.ref.name";
    private static final String CONTAINERD_NAME = "io.containerd.image.name";

    private final FileTree files;
    private final Reference reference;

    LayoutImage(FileTree files, Reference reference) {
        this.files = files;
        this.reference = reference;
    }

    @Override
    public String name() {
        return files.name();
    }

    @Override
    public Content root() throws IOException {
        JsonNode marker = Json.object(files.read(MARKER, 4096), name() + ": " + MARKER);
        String version = marker.path("imageLayoutVersion").asText();
        if (!version.startsWith("1.")) {
            throw new ImageException(name() + ": imageLayoutVersion=" + version + ": must be 1.x");
        }
        byte[] bytes = files.read(INDEX, Documents.MAX_BYTES);
        if (!(Documents.parse(MediaTypes.OCI_INDEX, bytes) instanceof Document.Index index)) {
            throw new ImageException(name() + ": " + INDEX + ": must be an index");
        }
        return document(choose(index));
    }

    /** By digest, else by name, else the only one there is. */
    private Descriptor choose(Document.Index index) {
        if (reference.digest().isPresent()) {
            Digest wanted = reference.digest().get();
            return index.manifests().stream()
                    .filter(each -> each.digest().equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> none(index));
        }
        List<Descriptor> named =
                index.manifests().stream().filter(this::isNamed).toList();
        if (named.size() == 1) {
            return named.getFirst();
        }
        if (named.size() > 1) {
            return new Document.Index(named).select(Platform.host());
        }
        if (index.manifests().size() == 1) {
            return index.manifests().getFirst();
        }
        throw none(index);
    }

    private boolean isNamed(Descriptor descriptor) {
        String ref = descriptor.annotations().getOrDefault(REF_NAME, "");
        String full = descriptor.annotations().getOrDefault(CONTAINERD_NAME, "");
        return full.isEmpty() ? ref.equals(reference.tag()) || isSame(ref) : isSame(full);
    }

    private boolean isSame(String name) {
        return Archives.isSame(reference, name);
    }

    private ImageException none(Document.Index index) {
        List<String> names = index.manifests().stream()
                .map(each ->
                        each.annotations().getOrDefault(REF_NAME, each.digest().toString()))
                .toList();
        return new ImageException("image " + reference + ": " + name() + ": has no image of this name, only " + names);
    }

    @Override
    public Content document(Descriptor descriptor) throws IOException {
        return new Content(descriptor.mediaType(), files.read(path(descriptor), Documents.MAX_BYTES));
    }

    @Override
    public Blob blob(Descriptor descriptor, long offset) throws IOException {
        return new Blob(files.open(path(descriptor), offset), offset);
    }

    private static String path(Descriptor descriptor) {
        return "blobs/" + descriptor.digest().algorithm() + "/"
                + descriptor.digest().hex();
    }

    @Override
    public void close() {
        files.close();
    }
}
