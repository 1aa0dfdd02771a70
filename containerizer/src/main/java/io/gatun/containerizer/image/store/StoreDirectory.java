package io.gatun.containerizer.image.store;

import io.gatun.containerizer.lock.DirectoryLock;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.file.TreeRemoval;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;

/**
 * The store on disk, locked for one agent.
 *
 * <pre>
 *  blobs/sha256/HEX          manifests and configurations; archives of layers until they are unpacked. Verified
 *  partial/sha256-HEX        blobs on their way
 *  layers/sha256/CHAIN/diff  an unpacked layer in overlayfs' form, by the chain of diff_ids up to it
 *  layers/sha256/CHAIN/layer.json
 *  l/SHORT                   links to the diff directories: a mount(2) has one page for the paths of all layers
 *  references/HEX.json       what each name led to; the modification time is that of its last use
 *  staging/                  whatever is being made or removed; emptied at start
 * </pre>
 */
final class StoreDirectory implements AutoCloseable {
    private static final List<String> PARTS =
            List.of("blobs/sha256", "blobs/sha512", "partial", "layers/sha256", "l", "references", "staging");

    private final Path root;
    private final OwnedFd lock;

    private StoreDirectory(Path root, OwnedFd lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Makes what is missing, takes the lock, removes what a crash left half done.
     *
     * @throws IllegalStateException when another agent has it
     */
    static StoreDirectory open(Path root) throws IOException {
        // Set-user-id programs of images lie in it, old and vulnerable ones too: only for the agent's user.
        Files.createDirectories(
                root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String part : PARTS) {
            Files.createDirectories(root.resolve(part));
        }
        OwnedFd lock = DirectoryLock.take(root)
                .orElseThrow(
                        () -> new IllegalStateException("docker_store_dir=" + root + ": is in use by another agent"));
        StoreDirectory directory = new StoreDirectory(root, lock);
        directory.emptyStaging();
        directory.removeLooseLinks();
        return directory;
    }

    /** Removes what lies in staging; its names are ours. */
    private void emptyStaging() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(staging())) {
            for (Path each : left) {
                TreeRemoval.remove(each);
            }
        }
    }

    /** Removes links to layers that are gone: after a power cut one may be back whose layer is not. */
    private void removeLooseLinks() throws IOException {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(links())) {
            for (Path link : links) {
                if (!Files.isDirectory(link)) {
                    Files.delete(link);
                }
            }
        }
    }

    Path root() {
        return root;
    }

    Path blobs() {
        return root.resolve("blobs");
    }

    Path partial() {
        return root.resolve("partial");
    }

    Path layers() {
        return root.resolve("layers");
    }

    Path links() {
        return root.resolve("l");
    }

    Path references() {
        return root.resolve("references");
    }

    Path staging() {
        return root.resolve("staging");
    }

    /** A name in staging that nobody has. */
    Path stage() {
        return staging().resolve(UUID.randomUUID().toString());
    }

    /** Lets go of the lock. */
    @Override
    public void close() {
        lock.close();
    }
}
