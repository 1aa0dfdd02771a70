package io.gatun.containerizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is in a store on disk, seen without the store's own code.
 *
 * @param partial bytes of each blob that is on its way, by its sha256
 * @param blobs sha256 of all that are there
 * @param layers chains of all that are unpacked
 */
record StoreLook(Map<String, Long> partial, Set<String> blobs, Set<String> layers) {
    /** The directory in which the first agent writes down the files of each layer. */
    private static final String RECORDED = "recorded";

    /**
     * Looks at a store that nobody has open.
     *
     * @param directory of the chain
     * @throws AssertionError when anything has a name that it does not deserve
     */
    static StoreLook take(Path directory) throws IOException {
        Path store = PullScenario.store(directory);
        Map<String, Long> partial = new TreeMap<>();
        for (Path file : list(store.resolve("partial"))) {
            String hex = file.getFileName().toString().substring("sha256-".length());
            requireBeginning(file, PullImages.content(directory, hex));
            partial.put(hex, Files.size(file));
        }
        Set<String> blobs = new TreeSet<>();
        for (Path file : list(store.resolve("blobs/sha256"))) {
            String hex = file.getFileName().toString();
            require(Digest.of(Files.readAllBytes(file)).hex().equals(hex), file + ": has another content");
            blobs.add(hex);
        }
        Set<String> layers = new TreeSet<>();
        for (Path layer : list(store.resolve("layers/sha256"))) {
            requireWhole(layer, directory.resolve(RECORDED));
            layers.add(layer.getFileName().toString());
        }
        StoreLook look = new StoreLook(partial, blobs, layers);
        for (Path file : list(store.resolve("references"))) {
            look.requireKept(file);
        }
        return look;
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of(); // before the first start, or killed in it
        }
    }

    private static void requireBeginning(Path file, Path whole) throws IOException {
        byte[] part = Files.readAllBytes(file);
        byte[] all = Files.readAllBytes(whole);
        require(
                part.length <= all.length && Arrays.equals(part, Arrays.copyOf(all, part.length)),
                file + ": is not the beginning of its blob");
    }

    /** Compares a layer's files with those that it had when nobody had been killed yet. */
    private static void requireWhole(Path layer, Path recorded) throws IOException {
        List<String> expected = Files.readAllLines(recorded.resolve(layer.getFileName()));
        requireSame("layer " + layer.getFileName(), expected, TreeListing.of(layer.resolve("diff")));
        Path facts = layer.resolve("layer.json");
        require(
                Json.object(Files.readAllBytes(facts), facts.toString())
                                .path("bytes")
                                .asLong()
                        > 0,
                facts + ": bytes");
    }

    /** A name never leads to what is not there. */
    private void requireKept(Path reference) throws IOException {
        JsonNode json = Json.object(Files.readAllBytes(reference), reference.toString());
        for (String document : List.of("manifest", "config")) {
            String hex = Digest.parse(json.path(document).asText()).hex();
            require(blobs.contains(hex), reference + ": " + document + " " + hex + " is missing");
        }
        require(!json.path("layers").isEmpty(), reference + ": has no layers");
        for (JsonNode layer : json.path("layers")) {
            String hex = Digest.parse(layer.asText()).hex();
            require(layers.contains(hex), reference + ": layer " + hex + " is missing");
        }
    }

    /** Writes down the files of all layers that are there, for the agents to come. */
    static void record(Path directory) throws IOException {
        Path recorded = Files.createDirectories(directory.resolve(RECORDED));
        for (Path layer : list(PullScenario.store(directory).resolve("layers/sha256"))) {
            Files.write(recorded.resolve(layer.getFileName()), TreeListing.of(layer.resolve("diff")));
        }
    }

    /** After the start of a store: nothing half made, no link that leads nowhere, no archive that was unpacked. */
    static void requireTidy(Path directory, PullImages.Facts app) throws IOException {
        Path store = PullScenario.store(directory);
        require(list(store.resolve("staging")).isEmpty(), "staging: " + list(store.resolve("staging")));
        for (Path link : list(store.resolve("l"))) {
            require(Files.isDirectory(link), link + ": leads to " + Files.readSymbolicLink(link) + ", which is gone");
        }
        boolean stored =
                Files.exists(store.resolve("layers/sha256/" + app.chains().getLast()))
                        && list(store.resolve("references")).size() > 1;
        for (String archive : stored ? app.archives() : List.<String>of()) {
            require(
                    !Files.exists(store.resolve("blobs/sha256/" + archive)),
                    "archive " + archive + ": is still there, although its image is stored");
        }
    }

    /** The requests for an image's parts that a pull makes when this is what is there. */
    Set<String> requests(PullImages.Facts image, Path directory) throws IOException {
        Set<String> expected = new TreeSet<>();
        add(image.config(), expected, directory);
        for (int i = 0; i < image.chains().size(); i++) {
            if (!layers.contains(image.chains().get(i))) {
                add(image.archives().get(i), expected, directory);
            }
        }
        return expected;
    }

    private void add(String hex, Set<String> expected, Path directory) throws IOException {
        long there = partial.getOrDefault(hex, 0L);
        if (!blobs.contains(hex) && there < Files.size(PullImages.content(directory, hex))) {
            expected.add(hex + " " + (there == 0 ? "-" : "bytes=" + there + "-"));
        }
    }

    /** Everything in a store, with the sizes of files. */
    static List<String> listing(Path directory) throws IOException {
        Path store = PullScenario.store(directory);
        List<String> lines = new ArrayList<>();
        try (Stream<Path> all = Files.walk(store)) {
            for (Path path : all.sorted().toList()) {
                boolean file = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                lines.add(store.relativize(path) + (file ? " " + Files.size(path) : ""));
            }
        }
        return lines;
    }

    static void requireSame(String what, List<String> expected, List<String> found) {
        String difference = HostTraces.difference(String.join("\n", expected), String.join("\n", found));
        require(expected.equals(found), what + ": not as expected:\n" + difference);
    }

    static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
