package io.gatun.containerizer.disk;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What is counted for a container, as a file in its directory: an agent that comes back goes on counting.
 *
 * @param limitBytes 0 for none
 * @param directories that count: the sandbox, and what the container changes of its image
 * @param excluded below them, and somebody else's
 * @param project of the file system's quotas, 0 for none
 */
record DiskRecord(long limitBytes, List<Path> directories, List<Path> excluded, int project) {
    private static final String FILE = "disk";

    DiskRecord {
        directories = List.copyOf(directories);
        excluded = List.copyOf(excluded);
    }

    static DiskRecord of(ContainerConfig config, int project) {
        List<Path> directories = new ArrayList<>(List.of(config.sandbox()));
        if (config.filesystem().root() instanceof RootFs.Overlay overlay) {
            directories.add(overlay.upper());
        }
        List<Path> excluded = config.filesystem().volumes().stream()
                .map(Volume::source)
                .filter(Volume.HostPath.class::isInstance)
                .map(source -> ((Volume.HostPath) source).path())
                .toList();
        return new DiskRecord(config.filesystem().diskBytes(), directories, excluded, project);
    }

    /** Whole or not at all. */
    void save(Path directory) {
        String text = "limit_bytes=" + limitBytes + "\nproject=" + project + "\n" + lines("directory", directories)
                + lines("excluded", excluded);
        Path file = directory.resolve(FILE);
        Path draft = directory.resolve(FILE + ".new");
        try {
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("write " + file, e);
        }
    }

    private static String lines(String key, List<Path> paths) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < paths.size(); i++) {
            String value = paths.get(i).toString().replace("\\", "\\\\").replace("\n", "\\n");
            lines.append(key).append('.').append(i).append('=').append(value).append('\n');
        }
        return lines.toString();
    }

    static Optional<DiskRecord> load(Path directory) {
        Properties values = new Properties();
        try {
            values.load(new StringReader(Files.readString(directory.resolve(FILE))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + directory.resolve(FILE), e);
        }
        return Optional.of(new DiskRecord(
                Long.parseLong(values.getProperty("limit_bytes")),
                paths("directory", values),
                paths("excluded", values),
                Integer.parseInt(values.getProperty("project"))));
    }

    private static List<Path> paths(String key, Properties values) {
        return values.stringPropertyNames().stream()
                .filter(name -> name.startsWith(key + "."))
                .sorted()
                .map(name -> Path.of(values.getProperty(name)))
                .collect(Collectors.toList());
    }

    static void delete(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(FILE));
            Files.deleteIfExists(directory.resolve(FILE + ".new"));
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + directory.resolve(FILE), e);
        }
    }
}
