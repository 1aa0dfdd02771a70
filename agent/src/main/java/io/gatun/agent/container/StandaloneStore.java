package io.gatun.agent.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sandboxes of standalone containers, {@code <work_dir>/containers/<id>}. That one is there means that the container
 * is wanted: by this a restarted agent knows it.
 */
public final class StandaloneStore {
    private final Path directory;

    /** @param workDir the agent's */
    public StandaloneStore(Path workDir) {
        this.directory = workDir.resolve("containers");
    }

    /** Makes the sandbox of a container. */
    Path create(String id) {
        Path sandbox = directory.resolve(id);
        try {
            return Files.createDirectories(sandbox);
        } catch (IOException e) {
            throw new UncheckedIOException("mkdir " + sandbox, e);
        }
    }

    /** The ids of all that are wanted. */
    public Set<String> ids() {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
        } catch (NoSuchFileException e) {
            return Set.of();
        } catch (IOException e) {
            throw new UncheckedIOException("list " + directory, e);
        }
    }

    /** Deletes the sandbox of a container; links in it are not followed. */
    void remove(String id) {
        Path sandbox = directory.resolve(id);
        try (Stream<Path> tree = Files.walk(sandbox)) {
            List<Path> paths = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : paths) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Removed already, by a call that was interrupted after it.
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + sandbox, e);
        }
    }
}
