package io.gatun.containerizer.network;

import io.gatun.isolator.NetworkConfig.PortMapping;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a container has of the bridge. It is written down in the container's directory before anything is made, and removed
 * after everything was: so it is never given twice, not even after a crash.
 *
 * @param id the container
 * @param bridge name of the interface
 * @param address its own
 * @param ports of the host that lead to it
 */
record Reservation(String id, String bridge, int address, List<PortMapping> ports) {
    private static final String FILE = "bridge";

    Reservation {
        ports = List.copyOf(ports);
    }

    /** Writes the file whole or not at all. */
    void save(Path directory) {
        String text = "bridge=" + bridge + "\naddress=" + Subnet.text(address) + "\nports="
                + ports.stream().map(PortMapping::toString).collect(Collectors.joining(" ")) + "\n";
        Path file = directory.resolve(FILE);
        Path draft = directory.resolve(FILE + ".new");
        try {
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("write " + file, e);
        }
    }

    /** Reads the file; empty when there is none. */
    static Optional<Reservation> load(Path directory) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(directory.resolve(FILE))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + directory.resolve(FILE), e);
        }
        List<PortMapping> ports = Stream.of(properties.getProperty("ports").split(" ", -1))
                .filter(text -> !text.isEmpty())
                .map(Reservation::port)
                .toList();
        return Optional.of(new Reservation(
                directory.getFileName().toString(),
                properties.getProperty("bridge"),
                Subnet.address("address", properties.getProperty("address")),
                ports));
    }

    private static PortMapping port(String text) {
        String[] parts = text.split("[:/]", -1);
        return new PortMapping(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), parts[2]);
    }

    /** Whether there is a file. */
    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(FILE)) || Files.exists(directory.resolve(FILE + ".new"));
    }

    /** Removes the file. */
    static void delete(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(FILE));
            Files.deleteIfExists(directory.resolve(FILE + ".new"));
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + directory.resolve(FILE), e);
        }
    }
}
