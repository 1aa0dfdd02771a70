package io.gatun.containerizer.network.cni;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The directory of network configurations, read anew each time: an operator adds networks without a restart. */
final class CniDirectory {
    private final Path directory;

    CniDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * The network of a name: of several files the first by file name.
     *
     * @throws IllegalArgumentException when there is none; the message lists those there are, and files that are no networks
     */
    CniList find(String name) {
        List<String> known = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files()) {
            try {
                CniList list = CniList.parse(file.toString(), Files.readString(file));
                if (list.name().equals(name)) {
                    return list;
                }
                known.add(list.name());
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            } catch (IOException e) {
                problems.add("read " + file + ": " + e.getMessage());
            }
        }
        throw new IllegalArgumentException("network.name=" + name + ": no such network in " + directory + "; there are "
                + known + (problems.isEmpty() ? "" : "; " + String.join("; ", problems)));
    }

    private List<Path> files() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var entries = Files.list(directory)) {
            return List.copyOf(
                    new TreeSet<>(entries.filter(CniDirectory::isNetwork).toList()));
        } catch (IOException e) {
            throw new UncheckedIOException("list " + directory, e);
        }
    }

    private static boolean isNetwork(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".conf") || name.endsWith(".conflist") || name.endsWith(".json");
    }
}
