package io.gatun.master.log.node;

import io.gatun.master.log.net.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where replicas listen: as configured, else as they said last. Kept in the file {@code peers}, one {@code ID HOST:PORT} a
 * line. Nothing depends on it but how soon replicas find each other. One thread.
 */
final class AddressBook {
    private static final Logger LOG = LoggerFactory.getLogger(AddressBook.class);
    private static final String NAME = "peers";

    private final Path directory;
    private final Map<Integer, InetSocketAddress> addresses = new TreeMap<>();
    private boolean unwritten;

    AddressBook(Path directory, Map<Integer, InetSocketAddress> configured) {
        this.directory = directory;
        Path file = directory.resolve(NAME);
        if (Files.exists(file)) {
            try {
                Files.readAllLines(file).forEach(line -> read(file, line));
            } catch (IOException e) {
                LOG.warn("read {}: {}; replicas are found as they call", file, e.toString());
            }
        }
        Map<Integer, InetSocketAddress> written = Map.copyOf(addresses);
        addresses.putAll(configured);
        unwritten = !addresses.equals(written);
    }

    private void read(Path file, String line) {
        String[] fields = line.split(" ", -1);
        try {
            addresses.put(Integer.parseInt(fields[0]), parse(fields[fields.length - 1]));
        } catch (IllegalArgumentException e) {
            LOG.warn("{}: '{}' is not 'ID HOST:PORT': {}; left out", file, line, e.getMessage());
        }
    }

    /**
     * Reads {@code host:port}, without resolving the host.
     *
     * @throws IllegalArgumentException when it is none
     */
    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("address=" + text + ": must be host:port");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 1 || port > 0xffff) {
                throw new IllegalArgumentException("address=" + text + ": the port must be 1 to 65535");
            }
            return InetSocketAddress.createUnresolved(text.substring(0, colon), port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("address=" + text + ": must be host:port", e);
        }
    }

    /** What is known. */
    Map<Integer, InetSocketAddress> all() {
        return addresses;
    }

    /** A replica listens there. True when that is news. */
    boolean put(int id, InetSocketAddress address) {
        InetSocketAddress before = addresses.put(id, address);
        if (before != null && Addresses.same(before, address)) {
            return false;
        }
        write();
        return true;
    }

    /** A replica is no member any more. */
    void remove(int id) {
        if (addresses.remove(id) != null) {
            write();
        }
    }

    /** Writes down what was configured: the next start may not be told, and a log is there to be found again. */
    void keep() {
        if (unwritten) {
            write();
        }
    }

    private void write() {
        unwritten = false;
        List<String> lines = new ArrayList<>();
        addresses.forEach((peer, at) -> lines.add(peer + " " + Addresses.text(at)));
        Path fresh = directory.resolve(NAME + ".new");
        try {
            Files.write(fresh, lines);
            Files.move(fresh, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("write {}: {}; replicas find each other more slowly after the next start", fresh, e.toString());
        }
    }
}
