package io.gatun.bench.recovery;

import io.gatun.bench.BenchException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a log's directory looks like from outside. */
final class Disk {
    private static final String SNAPSHOT = "snapshot-";
    /** Of the one before, whose file the next one gets. */
    private static final String REMOVED = ".removed";

    private final Path directory;

    Disk(Path directory) {
        this.directory = directory;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(SNAPSHOT))
                    .toList();
        }
    }

    /** Number of the newest snapshot that is complete; -1 when there is none. */
    long newestSnapshot() throws IOException {
        return names().stream()
                .map(name -> name.substring(SNAPSHOT.length()))
                .filter(number -> number.chars().allMatch(Character::isDigit))
                .mapToLong(Long::parseLong)
                .max()
                .orElse(-1);
    }

    /** Whether a snapshot is being written or read back. */
    boolean isSnapshotUnderWay() throws IOException {
        return names().stream().filter(name -> !name.endsWith(REMOVED)).count() > 1;
    }

    /** Bytes on the disk, without holes. */
    long used() throws IOException {
        Process process = new ProcessBuilder("du", "-s", "-B1", directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD) // what vanishes while it looks
                .start();
        try (InputStream in = process.getInputStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            int end = text.indexOf('\t');
            if (end < 0) {
                throw new BenchException("du -s " + directory + " says nothing");
            }
            return Long.parseLong(text.substring(0, end));
        }
    }
}
