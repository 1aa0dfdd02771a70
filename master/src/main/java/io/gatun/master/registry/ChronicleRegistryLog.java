package io.gatun.master.registry;

import io.gatun.master.registry.AcknowledgedMark.Mark;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry log of a single master on Chronicle Queue. Each recovery, and each {@link #compact}, begins a new
 * generation (directory {@code log-N}) with a snapshot, makes it durable, names it, and only then deletes the one
 * before: at every moment one complete generation exists, and the disk holds at most two.
 */
public final class ChronicleRegistryLog implements RegistryLog {
    private static final Logger LOG = LoggerFactory.getLogger(ChronicleRegistryLog.class);
    private static final Pattern GENERATION = Pattern.compile("log-(\\d{10})");
    private static final String UNFINISHED = ".unfinished";

    private final Path directory;
    private final AcknowledgedMark mark;
    private long number;
    private Generation generation;
    private RegistryException broken;

    /**
     * Opens the log in {@code directory}, which is made if need be.
     *
     * @throws RegistryException when the directory cannot be used
     */
    public ChronicleRegistryLog(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
            mark = new AcknowledgedMark(directory.resolve("acknowledged"));
        } catch (IOException e) {
            throw new RegistryException("cannot open the registry in " + directory + ": " + e, e);
        }
    }

    @Override
    public RegistryState recover() {
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
            compact(state.view().record());
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

    @Override
    public CompletableFuture<Long> append(List<RegistryRecord> records) {
        if (generation == null) {
            throw new IllegalStateException("append before recover");
        }
        if (broken != null) {
            return CompletableFuture.failedFuture(broken);
        }
        try {
            long position = generation.append(records);
            mark.write(new Mark(number, position));
            return CompletableFuture.completedFuture(position);
        } catch (IOException | RuntimeException e) {
            // After a failed fsync the kernel may have dropped the pages: no later success would mean anything.
            broken = new RegistryException("cannot write the registry " + path(number) + ": " + e, e);
            return CompletableFuture.failedFuture(broken);
        }
    }

    @Override
    public void compact(RegistryRecord snapshot) {
        long nextNumber = number + 1;
        Path unfinished = directory.resolve(name(nextNumber) + UNFINISHED);
        try {
            if (Files.exists(unfinished)) {
                Durable.deleteTree(unfinished); // A crash left it: nothing in it was ever acknowledged.
            }
            try (Generation fresh = new Generation(unfinished)) {
                fresh.append(List.of(snapshot));
            }
            Durable.forceAll(unfinished);
            Files.move(unfinished, path(nextNumber), StandardCopyOption.ATOMIC_MOVE);
            Durable.forceDirectory(directory);
            Generation old = generation;
            generation = new Generation(path(nextNumber));
            generation.skip(1);
            number = nextNumber;
            mark.write(new Mark(number, 0));
            if (old != null) {
                old.close();
            }
            deleteOthers();
        } catch (IOException | RuntimeException e) {
            throw new RegistryException("cannot write the registry " + unfinished + ": " + e, e);
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

    private void deleteOthers() throws IOException {
        List<Path> others;
        try (Stream<Path> paths = Files.list(directory)) {
            others = paths.filter(
                            path -> path.getFileName().toString().startsWith("log-") && !path.equals(path(number)))
                    .toList();
        }
        for (Path other : others) {
            Durable.deleteTree(other);
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
            if (generation != null) {
                generation.close();
            }
            mark.close();
        } catch (IOException | RuntimeException e) {
            LOG.warn("the registry {} did not close cleanly: {}", directory, e.toString());
        }
    }
}
