package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.Digest;
import io.gatun.ffm.file.TreeRemoval;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Removes what no name, no container and no pull under way needs. The decision and the renames out of the store are one
 * step under the pins' monitor, so nobody can take up what is about to go; the files are removed after it.
 */
final class Collector {
    private final StoreDirectory directory;
    private final BlobStore blobs;
    private final LayerStore layers;
    private final ReferenceIndex references;
    private final Pins pins;
    private final Supplier<Set<Digest>> inUse;

    Collector(
            StoreDirectory directory,
            BlobStore blobs,
            LayerStore layers,
            ReferenceIndex references,
            Pins pins,
            Supplier<Set<Digest>> inUse) {
        this.directory = directory;
        this.blobs = blobs;
        this.layers = layers;
        this.references = references;
        this.pins = pins;
        this.inUse = inUse;
    }

    /** Whether a container or a pull has the image's top layer, which nothing else but it has. */
    boolean isUsed(StoredImage image) {
        Digest top = image.layers().getLast();
        return pins.isPinned(top) || inUse.get().contains(top);
    }

    /**
     * Removes what nobody needs.
     *
     * @param concerned to which blobs and layers this is limited
     */
    void collect(Predicate<Digest> concerned) throws IOException {
        List<Path> taken = new ArrayList<>();
        synchronized (pins) {
            Set<Digest> kept = new HashSet<>(inUse.get());
            for (StoredImage image : references.list()) {
                kept.addAll(image.layers());
                kept.add(image.manifest());
                kept.add(image.config());
            }
            for (Digest chain : layers.list()) {
                if (concerned.test(chain) && !kept.contains(chain) && !pins.isPinned(chain)) {
                    taken.add(layers.takeOut(chain));
                }
            }
            for (Digest blob : blobs()) {
                if (concerned.test(blob) && !kept.contains(blob) && !pins.isPinned(blob)) {
                    blobs.remove(blob);
                }
            }
            // Those of a pull under way that wait for their turn are pinned as well.
            for (Digest blob : blobs.partials()) {
                if (concerned.test(blob) && !pins.isPinned(blob)) {
                    blobs.removePartial(blob);
                }
            }
        }
        taken.forEach(TreeRemoval::remove);
    }

    /** Removes archives of layers that are unpacked: they could only be unpacked once more. */
    void dropArchives(Collection<Digest> archives) throws IOException {
        synchronized (pins) {
            Set<Digest> documents = new HashSet<>();
            for (StoredImage image : references.list()) {
                documents.add(image.manifest());
                documents.add(image.config());
            }
            for (Digest blob : archives) {
                if (!documents.contains(blob) && !pins.isPinned(blob)) {
                    blobs.remove(blob);
                }
            }
        }
    }

    private List<Digest> blobs() throws IOException {
        List<Digest> found = new ArrayList<>();
        for (String algorithm : List.of("sha256", "sha512")) {
            try (DirectoryStream<Path> files =
                    Files.newDirectoryStream(directory.blobs().resolve(algorithm))) {
                files.forEach(file ->
                        found.add(new Digest(algorithm, file.getFileName().toString())));
            }
        }
        return found;
    }
}
