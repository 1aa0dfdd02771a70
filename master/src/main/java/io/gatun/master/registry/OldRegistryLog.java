package io.gatun.master.registry;

import io.gatun.master.registry.AcknowledgedMark.Mark;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry log that a single master kept on Chronicle Queue, format 1: read once, see {@link OldRegistry}. Its
 * directory holds one generation, {@code log-N}, which begins with a snapshot, and a mark of how far it was acknowledged.
 * Nothing is written to it.
 */
final class OldRegistryLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OldRegistryLog.class);
    private static final Pattern GENERATION = Pattern.compile("log-(\\d{10})");

    private final Path directory;
    private final AcknowledgedMark mark;
    private long number;

    /**
     * Opens the log in {@code directory}.
     *
     * @throws RegistryException when the directory cannot be used
     */
    OldRegistryLog(Path directory) {
        this.directory = directory;
        try {
            mark = new AcknowledgedMark(directory.resolve("acknowledged"));
        } catch (IOException e) {
            throw new RegistryException("cannot open the registry in " + directory + ": " + e, e);
        }
    }

    /**
     * Reads all acknowledged entries.
     *
     * @throws RegistryException when one is damaged or missing: names the file and the position
     */
    RegistryState recover() {
        try {
            RegistryState state = new RegistryState();
            Mark acknowledged = mark.read();
            number = newest();
            if (number >= 0) {
                Path path = path(number);
                try (Generation old = new Generation(path)) {
                    read(old, path, acknowledged, state);
                }
            } else if (acknowledged.generation() >= 0) {
                throw new RegistryException("registry " + directory + ": generation " + acknowledged.generation()
                        + " was acknowledged up to position " + acknowledged.position()
                        + ", but its directory is missing: restore it, or remove " + directory
                        + " to begin with an empty registry");
            }
            return state;
        } catch (IOException e) {
            throw new RegistryException("cannot read the registry in " + directory + ": " + e, e);
        }
    }

    private void read(Generation old, Path path, Mark acknowledged, RegistryState state) {
        long durable = acknowledged.generation() == number ? acknowledged.position() : -1;
        OptionalLong last;
        try {
            last = old.read((bytes, position, file, isLast) -> apply(bytes, position, file, isLast, durable, state));
        } catch (RegistryException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RegistryException(
                    "registry " + path + ": Chronicle Queue cannot read on: " + e
                            + "; restore the directory from a backup",
                    e);
        }
        if (last.orElse(-1) < durable) {
            throw new RegistryException("registry " + path + " ends at position " + last.orElse(-1)
                    + ", but was acknowledged up to position " + durable
                    + ": its end has been cut off or damaged; restore the directory from a backup");
        }
    }

    private static void apply(byte[] bytes, long position, File file, boolean last, long durable, RegistryState state) {
        try {
            state.apply(EntryCodec.decode(bytes, position).record());
        } catch (CorruptEntryException e) {
            if (last && e.torn() && position > durable) {
                LOG.warn(
                        "registry {}: the last entry, position {}, {}: it was being written when the machine died,"
                                + " and was never acknowledged; dropped",
                        file,
                        position,
                        e.getMessage());
                return;
            }
            throw new RegistryException(
                    "registry " + file + ": entry at position " + position + " " + e.getMessage()
                            + ": restore the file from a backup",
                    e);
        }
    }

    /** The number of the newest complete generation, or -1. */
    private long newest() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> GENERATION.matcher(path.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
                    .max()
                    .orElse(-1);
        }
    }

    private Path path(long generationNumber) {
        return directory.resolve(name(generationNumber));
    }

    private static String name(long generationNumber) {
        return String.format(Locale.ROOT, "log-%010d", generationNumber);
    }

    @Override
    public void close() {
        try {
            mark.close();
        } catch (IOException e) {
            LOG.warn("the registry {} did not close cleanly: {}", directory, e.toString());
        }
    }
}
