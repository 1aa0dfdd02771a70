package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.Json;
import io.gatun.containerizer.image.unpack.LayerUnpacker;
import io.gatun.containerizer.image.unpack.LayeredFiles;
import io.gatun.containerizer.image.unpack.UnpackLimits;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.file.TreeRemoval;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Unpacked layers by their chain: sha256 over the digests of all layers up to one; OCI config.md, "Layer ChainID". A
 * layer is kept for each chain and not for each diff_id, because the attributes of directories that it does not describe
 * come from the layers below. Any thread.
 */
final class LayerStore {
    private static final int LINK_DIGITS_MIN = 12;

    private final StoreDirectory directory;
    private final UnpackLimits limits;
    private final SingleFlight<Digest> unpacking = new SingleFlight<>();

    LayerStore(StoreDirectory directory, UnpackLimits limits) {
        this.directory = directory;
        this.limits = limits;
    }

    /** The chain ids of an image's layers, the lowest first. */
    static List<Digest> chain(List<Digest> diffIds) {
        List<Digest> chain = new ArrayList<>();
        for (Digest diffId : diffIds) {
            chain.add(
                    chain.isEmpty()
                            ? diffId
                            : Digest.of((chain.getLast() + " " + diffId).getBytes(StandardCharsets.UTF_8)));
        }
        return chain;
    }

    boolean has(Digest chain) {
        return Files.isDirectory(files(chain));
    }

    /** The root of an unpacked layer. */
    Path files(Digest chain) {
        return home(chain).resolve("diff");
    }

    private Path home(Digest chain) {
        return chain.in(directory.layers());
    }

    /** Where the archive of a layer is. */
    interface Archive {
        InputStream open() throws IOException;

        long sizeBytes() throws IOException;
    }

    /**
     * Unpacks a layer that is not there.
     *
     * @param below the chain ids of the layers below, the lowest first; all are there
     * @throws ImageException when the archive is refused; nothing of it is left then
     */
    void unpack(Digest chain, Digest diffId, List<Digest> below, Archive archive) throws IOException {
        unpacking.run(chain, () -> {
            if (!has(chain)) {
                make(chain, diffId, below, archive);
            }
        });
    }

    private void make(Digest chain, Digest diffId, List<Digest> below, Archive archive) throws IOException {
        Path stage = directory.stage();
        Path diff = stage.resolve("diff");
        Files.createDirectories(diff);
        try {
            LayeredFiles lower =
                    new LayeredFiles(below.reversed().stream().map(this::files).toList());
            LayerUnpacker.Unpacked unpacked;
            try (InputStream blob = archive.open()) {
                unpacked = LayerUnpacker.unpack(blob, archive.sizeBytes(), diffId, diff, lower, limits);
            }
            Files.write(
                    stage.resolve("layer.json"),
                    Json.bytes(Map.of(
                            "diff_id", diffId.toString(), "bytes", unpacked.bytes(), "entries", unpacked.entries())));
            Durable.syncFileSystem(stage);
            Durable.move(stage, home(chain));
        } catch (IOException | ImageException | SyscallException e) {
            TreeRemoval.remove(stage);
            throw e;
        }
    }

    /** How many bytes a layer's archive has, uncompressed. */
    long bytes(Digest chain) throws IOException {
        Path file = home(chain).resolve("layer.json");
        return Json.object(Files.readAllBytes(file), file.toString())
                .path("bytes")
                .asLong();
    }

    /** A short path to the root of a layer: a link of so many digits of its chain id that no other layer has it. */
    synchronized Path link(Digest chain) throws IOException {
        Path target = target(chain);
        for (int digits = LINK_DIGITS_MIN; digits <= chain.hex().length(); digits++) {
            Path link = directory.links().resolve(chain.hex().substring(0, digits));
            try {
                if (Files.readSymbolicLink(link).equals(target)) {
                    return link;
                }
            } catch (NoSuchFileException e) {
                Files.createSymbolicLink(link, target);
                return link;
            }
        }
        throw new FileAlreadyExistsException(directory.links() + ": has other links for all names of " + chain);
    }

    /** All layers that are there. */
    List<Digest> list() throws IOException {
        List<Digest> found = new ArrayList<>();
        try (var homes = Files.newDirectoryStream(directory.layers().resolve("sha256"))) {
            homes.forEach(
                    home -> found.add(new Digest("sha256", home.getFileName().toString())));
        }
        return found;
    }

    /**
     * Takes a layer out of the store at once.
     *
     * @return where its files wait to be removed
     */
    Path takeOut(Digest chain) throws IOException {
        // Before the layer: after a crash in between it is made anew, but nobody would look for a link without a layer.
        unlink(chain);
        Path stage = directory.stage();
        Durable.move(home(chain), stage);
        return stage;
    }

    private synchronized void unlink(Digest chain) throws IOException {
        Path target = target(chain);
        for (int digits = LINK_DIGITS_MIN; digits <= chain.hex().length(); digits++) {
            Path link = directory.links().resolve(chain.hex().substring(0, digits));
            if (!Files.isSymbolicLink(link)) {
                return;
            }
            if (Files.readSymbolicLink(link).equals(target)) {
                Files.delete(link);
                return;
            }
        }
    }

    /** What links to a layer lead to, from where they are. */
    private static Path target(Digest chain) {
        return Path.of("../layers", chain.algorithm(), chain.hex(), "diff");
    }
}
