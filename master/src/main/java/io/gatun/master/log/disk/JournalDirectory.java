package io.gatun.master.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The directory of a journal: how its files are called, and what is in it. Any thread. */
final class JournalDirectory implements StoredLog {
    private static final String LOCK = "lock";
    private static final String ASIDE = "damaged";
    private static final Pattern GENERATION = Pattern.compile("log-(\\d{10})");
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot-(\\d{10})");
    private static final String UNFINISHED = ".unfinished";

    private final Path directory;

    JournalDirectory(Path directory) {
        this.directory = directory;
    }

    Path path() {
        return directory;
    }

    Path lock() {
        return directory.resolve(LOCK);
    }

    Path generationPath(long number) {
        return directory.resolve(String.format(Locale.ROOT, "log-%010d", number));
    }

    Path snapshotPath(long number) {
        return directory.resolve(String.format(Locale.ROOT, "snapshot-%010d", number));
    }

    Path unfinishedSnapshotPath(long number) {
        return directory.resolve(snapshotPath(number).getFileName() + UNFINISHED);
    }

    @Override
    public String name() {
        return directory.toString();
    }

    private NavigableSet<Long> numbers(Pattern pattern) throws IOException {
        NavigableSet<Long> numbers = new TreeSet<>();
        for (Path path : content()) {
            Matcher matcher = pattern.matcher(path.getFileName().toString());
            if (matcher.matches()) {
                numbers.add(Long.parseLong(matcher.group(1)));
            }
        }
        return numbers;
    }

    private List<Path> content() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(path -> !path.getFileName().toString().equals(LOCK))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public NavigableSet<Long> generations() throws IOException {
        return numbers(GENERATION);
    }

    @Override
    public NavigableSet<Long> snapshots() throws IOException {
        return numbers(SNAPSHOT);
    }

    @Override
    public ReadableFile generation(long number) throws IOException {
        return ChannelFile.openOrAbsent(generationPath(number).resolve(QueueFile.NAME));
    }

    @Override
    public boolean isLengthOfGeneration(long bytes) {
        return QueueBlocks.isLength(bytes);
    }

    @Override
    public ReadableFile snapshot(long number) throws IOException {
        return new ChannelFile(snapshotPath(number).resolve(QueueFile.NAME));
    }

    @Override
    public Mark mark() throws IOException, DamageException {
        Path file = directory.resolve(AcknowledgedMark.NAME);
        try {
            return Mark.decode(ByteBuffer.wrap(Files.readAllBytes(file)), file.toString());
        } catch (NoSuchFileException e) {
            throw new DamageException(file + ": is missing"
                    + (Files.exists(directory.resolve(ASIDE)) ? "; a damaged journal lies in " + ASIDE : ""));
        }
    }

    @Override
    public boolean isEmpty() throws IOException {
        return content().isEmpty();
    }

    /** Removes everything but one generation and what is after it, and one snapshot. */
    void keepOnly(long generation, long snapshot) throws IOException {
        for (Path path : content()) {
            String name = path.getFileName().toString();
            if ((GENERATION.matcher(name).matches() && !path.equals(generationPath(generation)))
                    || (SNAPSHOT.matcher(name).matches() && !path.equals(snapshotPath(snapshot)))
                    || name.endsWith(UNFINISHED)
                    || name.endsWith(Durable.REMOVED)) {
                Durable.deleteTree(path);
            }
        }
    }

    /** Puts a damaged journal where a human may look at it, in place of one that lies there already. */
    void putAside() throws IOException {
        Path aside = directory.resolve(ASIDE);
        if (Files.exists(aside) && content().size() > 1) {
            Durable.deleteTree(aside);
        }
        Files.createDirectories(aside);
        Durable.forceDirectory(directory);
        for (Path path : content()) {
            if (!path.equals(aside)) {
                Files.move(path, aside.resolve(path.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        Durable.forceDirectory(aside);
        Durable.forceDirectory(directory);
    }
}
