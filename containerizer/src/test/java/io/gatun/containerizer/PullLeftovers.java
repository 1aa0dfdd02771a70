package io.gatun.containerizer;

import io.gatun.containerizer.image.spec.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Puts into a store what agents that are killed leave there, at once. */
final class PullLeftovers {
    private static final int FILES = 4;

    private PullLeftovers() {}

    /** A pull of {@code app}: a layer's archive in part, one that is whole but not yet in its place, one in its place. */
    static void ofPull(Path directory, PullImages.Facts app) throws IOException {
        Path store = PullScenario.store(directory);
        byte[] big = content(directory, app, 1);
        Files.write(partial(store, app, 1), Arrays.copyOf(big, big.length / 3));
        Files.write(partial(store, app, 3), content(directory, app, 3));
        Files.write(store.resolve("blobs/sha256").resolve(app.archives().get(2)), content(directory, app, 2));
    }

    private static Path partial(Path store, PullImages.Facts app, int layer) {
        return store.resolve("partial/sha256-" + app.archives().get(layer));
    }

    private static byte[] content(Path directory, PullImages.Facts app, int layer) throws IOException {
        return Files.readAllBytes(PullImages.content(directory, app.archives().get(layer)));
    }

    /** A pull of an image that nobody asks for again: one blob in part, one whole. */
    static void ofOther(Path directory) throws IOException {
        Path store = PullScenario.store(directory);
        for (String content : new String[] {"in part", "whole"}) {
            byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
            String hex = Digest.of(bytes).hex();
            Files.write(PullImages.content(directory, hex), bytes);
            if (content.equals("whole")) {
                Files.write(store.resolve("blobs/sha256").resolve(hex), bytes);
            } else {
                Files.write(store.resolve("partial/sha256-" + hex), Arrays.copyOf(bytes, 2));
            }
        }
    }

    /** A layer half unpacked, one half removed together with its link, and a container that nobody remembers. */
    static void ofStart(Path directory) throws IOException {
        Path store = PullScenario.store(directory);
        for (String half : new String[] {"unpacked", "removed"}) {
            Path diff = Files.createDirectories(store.resolve("staging/" + half + "/diff/data"));
            for (int i = 0; i < FILES; i++) {
                Files.writeString(Files.createDirectory(diff.resolve("d" + i)).resolve("file"), "half");
            }
        }
        Path link = store.resolve("l/0123456789ab");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of("../layers/sha256/0123456789ab/diff"));
        Path home = Files.createDirectories(PullScenario.containers(directory).resolve("forgotten/root/upper"));
        Files.writeString(home.resolve("file"), "changed");
        Files.writeString(home.resolveSibling("../image.json.new"), "{");
    }
}
