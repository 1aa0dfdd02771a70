package io.gatun.containerizer;

import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.file.FileNames;
import io.gatun.isolator.filesystem.FilesystemIsolator;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a {@link Checkpoint}: properties that appear whole or not at all. */
final class CheckpointFiles {
    private static final String DRAFT = ".new";
    private static final int MODE = 0644;

    private final Path directory;

    CheckpointFiles(Path directory) {
        this.directory = directory;
    }

    void save(String name, Map<String, String> values) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(values)
                .forEach((key, value) -> text.append(key)
                        .append('=')
                        .append(value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r"))
                        .append('\n'));
        Path draft = directory.resolve(name + DRAFT);
        try (OwnedFd file = Fd.open(draft, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC, MODE)) {
            Fd.write(file.fd(), text.toString().getBytes(StandardCharsets.UTF_8), draft);
        }
        FileNames.rename(draft, directory.resolve(name));
    }

    Optional<Properties> load(String name) {
        try {
            Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(directory.resolve(name))));
            return Optional.of(properties);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + directory.resolve(name), e);
        }
    }

    /** Removes files in an order, then the directory with what a plan made in it. */
    void delete(List<String> names) {
        names.forEach(name -> FileNames.removeFile(directory.resolve(name)));
        FileNames.removeDirectory(directory.resolve(FilesystemIsolator.MOUNT_POINT));
        if (!FileNames.removeDirectoryIfEmpty(directory)) {
            // Links to layers; or a draft, from an agent that was killed while it wrote.
            deleteTree();
        }
    }

    private void deleteTree() {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + directory, e);
        }
    }
}
