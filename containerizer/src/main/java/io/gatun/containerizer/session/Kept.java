package io.gatun.containerizer.session;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.process.StreamRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What an agent must know to take over the streams of a container: a file {@code streams} in the container's directory.
 *
 * @param numbers descriptors in the container's init, by their bindings in {@link StreamRows}
 * @param stdout the file to write output to; empty for a container whose output goes to those who attach
 * @param stderr the same for the other stream; empty where both are one
 * @param rotation of the files
 * @param attachable whether somebody can attach
 */
record Kept(
        Map<String, Integer> numbers,
        Optional<Path> stdout,
        Optional<Path> stderr,
        Optional<IoConfig.Rotation> rotation,
        boolean attachable) {
    private static final String FILE = "streams";
    private static final String NUMBER = "fd.";

    static Kept of(ContainerConfig config, Map<String, Integer> numbers) {
        boolean files = config.io().files();
        return new Kept(
                numbers,
                Optional.of(config.stdout()).filter(file -> files),
                Optional.of(config.stderr()).filter(file -> files && !StreamRows.merged(config)),
                config.io().rotation(),
                config.io().attachable());
    }

    static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    /** Appears whole or not at all. */
    void save(Path directory) {
        Properties properties = new Properties();
        numbers.forEach((name, fd) -> properties.setProperty(NUMBER + name, Integer.toString(fd)));
        stdout.ifPresent(file -> properties.setProperty("stdout", file.toString()));
        stderr.ifPresent(file -> properties.setProperty("stderr", file.toString()));
        rotation.ifPresent(limits -> {
            properties.setProperty("max_bytes", Long.toString(limits.maxBytes()));
            properties.setProperty("max_files", Integer.toString(limits.maxFiles()));
        });
        properties.setProperty("attachable", Boolean.toString(attachable));
        Path draft = directory.resolve(FILE + ".new");
        try {
            try (Writer writer = Files.newBufferedWriter(draft)) {
                properties.store(writer, null);
            }
            Files.move(draft, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("write " + directory.resolve(FILE), e);
        }
    }

    static Optional<Kept> load(Path directory) {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(directory.resolve(FILE))) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + directory.resolve(FILE), e);
        }
        Map<String, Integer> numbers = new HashMap<>();
        properties.stringPropertyNames().stream()
                .filter(name -> name.startsWith(NUMBER))
                .forEach(name ->
                        numbers.put(name.substring(NUMBER.length()), Integer.parseInt(properties.getProperty(name))));
        return Optional.of(new Kept(
                numbers,
                Optional.ofNullable(properties.getProperty("stdout")).map(Path::of),
                Optional.ofNullable(properties.getProperty("stderr")).map(Path::of),
                Optional.ofNullable(properties.getProperty("max_bytes"))
                        .map(bytes -> new IoConfig.Rotation(
                                Long.parseLong(bytes), Integer.parseInt(properties.getProperty("max_files")))),
                Boolean.parseBoolean(properties.getProperty("attachable"))));
    }

    static void delete(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(FILE + ".new"));
            Files.deleteIfExists(directory.resolve(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + directory.resolve(FILE), e);
        }
    }
}
