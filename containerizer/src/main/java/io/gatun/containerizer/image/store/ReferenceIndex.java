package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.ImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names of images and what they led to; a file each. Any thread. */
final class ReferenceIndex {
    private static final Logger LOG = LoggerFactory.getLogger(ReferenceIndex.class);

    private final StoreDirectory directory;

    ReferenceIndex(StoreDirectory directory) {
        this.directory = directory;
    }

    void put(StoredImage image) throws IOException {
        Durable.write(file(image.reference()), image.json(), directory.staging());
    }

    Optional<StoredImage> get(String reference) throws IOException {
        return read(file(reference));
    }

    /** Notes that a container was given the image now. */
    void used(String reference) throws IOException {
        try {
            Files.setLastModifiedTime(file(reference), FileTime.from(Instant.now()));
        } catch (NoSuchFileException e) {
            // Collected meanwhile; the container has its layers all the same.
            LOG.debug("{}: is not in the index any more", reference);
        }
    }

    List<StoredImage> list() throws IOException {
        List<StoredImage> images = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.references(), "*.json")) {
            for (Path file : files) {
                read(file).ifPresent(images::add);
            }
        }
        return images;
    }

    void remove(String reference) throws IOException {
        Files.deleteIfExists(file(reference));
    }

    private static Optional<StoredImage> read(Path file) throws IOException {
        try {
            byte[] content = Files.readAllBytes(file);
            Instant used = Files.getLastModifiedTime(file).toInstant();
            return Optional.of(StoredImage.parse(content, file.toString(), used));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (ImageException e) {
            LOG.warn("{}: is passed over, the image will be pulled anew: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private Path file(String reference) {
        return directory
                .references()
                .resolve(Digest.of(reference.getBytes(StandardCharsets.UTF_8)).hex() + ".json");
    }
}
