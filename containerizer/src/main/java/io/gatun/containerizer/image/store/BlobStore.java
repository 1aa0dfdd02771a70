package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.Descriptor;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Content by its digest; nothing is in it that was not verified. Any thread. */
final class BlobStore {
    private final StoreDirectory directory;
    private final StoreSettings settings;
    private final SingleFlight<Digest> downloads = new SingleFlight<>();

    BlobStore(StoreDirectory directory, StoreSettings settings) {
        this.directory = directory;
        this.settings = settings;
    }

    boolean has(Digest digest) {
        return Files.isRegularFile(path(digest));
    }

    private Path path(Digest digest) {
        return digest.in(directory.blobs());
    }

    /**
     * A small blob, verified again: a disk may have changed it.
     *
     * @return empty when it is not there, or is not what it was
     */
    Optional<byte[]> read(Digest digest) throws IOException {
        try {
            byte[] content = Files.readAllBytes(path(digest));
            return digest.matches(digest.start().digest(content)) ? Optional.of(content) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Puts a small blob that the caller has verified. */
    void put(Digest digest, byte[] content) throws IOException {
        Durable.write(path(digest), content, directory.staging());
    }

    InputStream open(Digest digest) throws IOException {
        return Files.newInputStream(path(digest));
    }

    long size(Digest digest) throws IOException {
        return Files.size(path(digest));
    }

    /**
     * Gets a blob if it is not there: one transfer however many ask, continued where an earlier one broke off.
     *
     * @param progress told the number of bytes that are there
     * @throws ImageException when what came is not what the descriptor says
     */
    void fetch(Descriptor descriptor, ImageSource source, LongConsumer progress) throws IOException {
        requireSize(descriptor);
        downloads.run(descriptor.digest(), () -> {
            if (!has(descriptor.digest())) {
                download(descriptor, source, progress);
            }
        });
    }

    /**
     * A small blob, fetched if it is not there or is not what it was. Those who ask at the same time get the same.
     *
     * @throws ImageException when what came is not what the descriptor says
     */
    byte[] fetchSound(Descriptor descriptor, ImageSource source) throws IOException {
        Digest digest = descriptor.digest();
        Optional<byte[]> present = read(digest);
        if (present.isPresent()) {
            return present.get();
        }
        requireSize(descriptor);
        downloads.run(digest, () -> {
            // Read again: what another one has fetched since must not be taken away from those who waited for it.
            if (read(digest).isEmpty()) {
                remove(digest);
                download(descriptor, source, bytes -> {});
            }
        });
        return read(digest).orElseThrow(() -> new IOException("blob " + digest + ": vanished from the store"));
    }

    private void requireSize(Descriptor descriptor) {
        if (descriptor.sizeBytes() > settings.limits().maxBytes()) {
            throw new ImageException("blob " + descriptor.digest() + ": size=" + descriptor.sizeBytes()
                    + ": is more than max_layer_bytes=" + settings.limits().maxBytes());
        }
    }

    private void download(Descriptor descriptor, ImageSource source, LongConsumer progress) throws IOException {
        Path partial = partial(descriptor.digest());
        new Download(descriptor, source, partial, settings.maxTries(), progress).run();
        Durable.move(partial, path(descriptor.digest()));
    }

    private Path partial(Digest digest) {
        return directory.partial().resolve(digest.algorithm() + "-" + digest.hex());
    }

    void remove(Digest digest) throws IOException {
        Files.deleteIfExists(path(digest));
    }

    /** The blobs that are there in part, from transfers under way and from ones that broke off. */
    List<Digest> partials() throws IOException {
        List<Digest> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.partial())) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                int dash = name.indexOf('-');
                found.add(new Digest(name.substring(0, dash), name.substring(dash + 1)));
            }
        }
        return found;
    }

    /** Forgets what there is of a blob in part; nobody may be transferring it. */
    void removePartial(Digest digest) throws IOException {
        Files.deleteIfExists(partial(digest));
    }
}
