package io.gatun.containerizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What this process holds for containers that come. */
final class Ahead {
    private static final Path OWN = Path.of("/proc/self/ns");

    private Ahead() {}

    /**
     * The namespaces that this process holds and is not in.
     *
     * @param kind as in /proc/self/ns
     * @return their names, as readlink(1) shows them
     */
    static Set<String> namespaces(String kind) {
        Set<String> held = new HashSet<>();
        String own = link(OWN.resolve(kind));
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            descriptors.forEach(descriptor -> held.add(link(descriptor)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        held.removeIf(name -> !name.startsWith(kind + ":[") || name.equals(own));
        return held;
    }

    /** Waits until there are some. */
    static Set<String> await(String kind) {
        Rig.await("some made ahead", () -> !namespaces(kind).isEmpty());
        return namespaces(kind);
    }

    private static String link(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }
}
