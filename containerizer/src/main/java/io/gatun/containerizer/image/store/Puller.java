package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.Descriptor;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.Document;
import io.gatun.containerizer.image.spec.Documents;
import io.gatun.containerizer.image.spec.ImageConfig;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.ImageSource;
import io.gatun.containerizer.image.spec.Platform;
import io.gatun.containerizer.image.spec.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadPoolExecutor;

/** Brings one image into the store: documents, then layers, downloaded side by side and unpacked from the lowest on. */
final class Puller {
    private static final int INDEX_DEPTH_MAX = 3;

    private final BlobStore blobs;
    private final LayerStore layers;
    private final Pins pins;
    private final ThreadPoolExecutor downloads;

    Puller(BlobStore blobs, LayerStore layers, Pins pins, ThreadPoolExecutor downloads) {
        this.blobs = blobs;
        this.layers = layers;
        this.pins = pins;
        this.downloads = downloads;
    }

    /**
     * An image in the store, pinned there.
     *
     * @param archives of its layers, which are not pinned any more
     */
    record Pulled(StoredImage image, Pins.Pin pin, List<Digest> archives) {}

    /** What a name leads to on this platform. */
    private record Resolved(Digest root, Digest digest, Document.Manifest manifest) {}

    /**
     * Pulls what is not there.
     *
     * @param parts to which the digests of all blobs and layers are added before any of them is in the store
     * @throws ImageException when the image is not what it says, or not for this host
     */
    Pulled pull(Reference reference, ImageSource source, Pull progress, Set<Digest> parts) throws IOException {
        Resolved resolved = resolve(reference, source, parts);
        Document.Manifest manifest = resolved.manifest();
        progress.layers(manifest.layers());
        Set<Digest> wanted =
                new HashSet<>(Set.of(resolved.digest(), manifest.config().digest()));
        manifest.layers().forEach(layer -> wanted.add(layer.digest()));
        parts.addAll(wanted);
        Pins.Pin transfer = pins.pin(wanted);
        try {
            ImageConfig config = config(manifest, source);
            List<Digest> chain = LayerStore.chain(config.diffIds());
            Set<Digest> kept = new HashSet<>(chain);
            parts.addAll(chain);
            kept.add(resolved.digest());
            kept.add(manifest.config().digest());
            Pins.Pin pin = pins.pin(kept);
            try {
                layers(manifest, config, chain, source, progress);
                StoredImage image = new StoredImage(
                        reference.toString(),
                        resolved.root(),
                        resolved.digest(),
                        manifest.config().digest(),
                        chain,
                        Instant.now());
                return new Pulled(
                        image,
                        pin,
                        manifest.layers().stream().map(Descriptor::digest).toList());
            } catch (IOException | RuntimeException e) {
                pin.close();
                throw e;
            }
        } finally {
            transfer.close();
        }
    }

    private Resolved resolve(Reference reference, ImageSource source, Set<Digest> parts) throws IOException {
        ImageSource.Content content = source.root();
        Digest root = reference.digest().orElseGet(() -> Digest.of(content.bytes()));
        verify(root, content.bytes(), source);
        ImageSource.Content current = content;
        Digest digest = root;
        for (int depth = 0; depth <= INDEX_DEPTH_MAX; depth++) {
            switch (Documents.parse(current.mediaType(), current.bytes())) {
                case Document.Manifest manifest -> {
                    parts.add(digest);
                    blobs.put(digest, current.bytes());
                    return new Resolved(root, digest, manifest);
                }
                case Document.Index index -> {
                    Descriptor chosen = index.select(Platform.host());
                    current = source.document(chosen);
                    digest = chosen.digest();
                    verify(digest, current.bytes(), source);
                }
            }
        }
        throw new ImageException("index " + root + ": has indexes nested deeper than " + INDEX_DEPTH_MAX);
    }

    private static void verify(Digest digest, byte[] bytes, ImageSource source) {
        if (!digest.matches(digest.start().digest(bytes))) {
            throw new ImageException("manifest " + digest + ": what " + source.name() + " sent has another digest");
        }
    }

    private ImageConfig config(Document.Manifest manifest, ImageSource source) throws IOException {
        Descriptor descriptor = manifest.config();
        if (descriptor.sizeBytes() > ImageConfig.MAX_BYTES) {
            throw new ImageException("image configuration: size=" + descriptor.sizeBytes() + ": must be at most "
                    + ImageConfig.MAX_BYTES);
        }
        ImageConfig config = ImageConfig.parse(blobs.fetchSound(descriptor, source));
        if (config.diffIds().size() != manifest.layers().size()) {
            throw new ImageException(
                    "image configuration: diff_ids=" + config.diffIds().size() + ": the manifest has layers="
                            + manifest.layers().size());
        }
        boolean told = !config.platform().architecture().isEmpty();
        if (told && Platform.host().suits(config.platform()) == 0) {
            throw new ImageException("platform=" + config.platform() + ": this host is " + Platform.host());
        }
        return config;
    }

    private void layers(
            Document.Manifest manifest, ImageConfig config, List<Digest> chain, ImageSource source, Pull progress)
            throws IOException {
        try (Transfers transfers = new Transfers(downloads)) {
            for (int i = 0; i < chain.size(); i++) {
                if (!layers.has(chain.get(i))) {
                    Descriptor layer = manifest.layers().get(i);
                    Pull.Part part = progress.layer(i);
                    transfers.submit(i, () -> {
                        part.phase(PullStatus.Phase.DOWNLOADING);
                        blobs.fetch(layer, source, part::bytes);
                        part.phase(PullStatus.Phase.DOWNLOADED);
                    });
                }
            }
            for (int i = 0; i < chain.size(); i++) {
                if (transfers.await(i)) {
                    progress.layer(i).phase(PullStatus.Phase.UNPACKING);
                    Digest blob = manifest.layers().get(i).digest();
                    unpack(config.diffIds().get(i), chain, i, blob);
                }
                progress.layer(i).phase(PullStatus.Phase.READY);
            }
        }
    }

    private void unpack(Digest diffId, List<Digest> chain, int index, Digest blob) throws IOException {
        try {
            layers.unpack(chain.get(index), diffId, chain.subList(0, index), new LayerStore.Archive() {
                @Override
                public InputStream open() throws IOException {
                    return blobs.open(blob);
                }

                @Override
                public long sizeBytes() throws IOException {
                    return blobs.size(blob);
                }
            });
        } catch (ImageException e) {
            throw new ImageException("layer " + blob + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException("layer " + blob + ": " + e.getMessage(), e);
        }
    }
}
