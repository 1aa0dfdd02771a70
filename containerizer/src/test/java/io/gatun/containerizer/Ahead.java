package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What this process holds for containers that come, and what shows that a container does not notice. */
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

    /** A root directory for programs of a /usr that is mounted there. */
    static Path root(Path root) throws IOException {
        Files.createDirectories(root.resolve("usr"));
        for (String link : List.of("bin", "lib", "lib64", "sbin")) {
            Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
        }
        return root;
    }

    /** What a container that has ended well wrote; it is removed. */
    static List<String> lines(Rig rig, String id, Termination end) {
        assertThat(end.waitStatus()).as(end + rig.stderr(id)).isZero();
        rig.containerizer.remove(id);
        return rig.stdout(id).lines().toList();
    }

    private static String link(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }
}
