package io.gatun.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that goes with what is in it. */
public record TemporaryFolder(Path path) implements AutoCloseable {
    private static final String PREFIX = "gatun-bench-";

    /** A new one in the usual place. */
    public static TemporaryFolder create() throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(PREFIX));
    }

    /** A new one in {@code parent} where that exists, else in the usual place. */
    public static TemporaryFolder in(Path parent) throws IOException {
        return Files.isDirectory(parent) ? new TemporaryFolder(Files.createTempDirectory(parent, PREFIX)) : create();
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("remove " + path, e);
        }
    }
}
