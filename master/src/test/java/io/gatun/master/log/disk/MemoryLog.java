package io.gatun.master.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A journal's files in memory, to be damaged and read again thousands of times. */
final class MemoryLog implements StoredLog {
    /** Files are a multiple of this long. */
    static final int UNIT_BYTES = 4096;

    final TreeMap<Long, MemoryFile> generations = new TreeMap<>();
    final TreeMap<Long, MemoryFile> snapshots = new TreeMap<>();
    byte[] mark;

    /** The beginnings of the files of a real journal. */
    static MemoryLog load(Path directory, int beginning) throws IOException {
        JournalDirectory files = new JournalDirectory(directory);
        MemoryLog log = new MemoryLog();
        for (long number : files.generations()) {
            log.generations.put(number, loadFile(files.generationPath(number).resolve(QueueFile.NAME), beginning));
        }
        for (long number : files.snapshots()) {
            log.snapshots.put(number, loadFile(files.snapshotPath(number).resolve(QueueFile.NAME), beginning));
        }
        log.mark = Files.readAllBytes(directory.resolve(AcknowledgedMark.NAME));
        return log;
    }

    private static MemoryFile loadFile(Path file, int beginning) throws IOException {
        if (Files.notExists(file)) {
            return new MemoryFile(new byte[0]); // its generation is being made; ChannelFile takes it for the same
        }
        ByteBuffer bytes = ByteBuffer.allocate(beginning);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.read(bytes, 0);
        }
        return new MemoryFile(bytes.array());
    }

    MemoryLog copy() {
        MemoryLog copy = new MemoryLog();
        generations.forEach((number, file) -> copy.generations.put(number, file.copy()));
        snapshots.forEach((number, file) -> copy.snapshots.put(number, file.copy()));
        copy.mark = mark == null ? null : mark.clone();
        return copy;
    }

    void clear() {
        generations.clear();
        snapshots.clear();
        mark = null;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public NavigableSet<Long> generations() {
        return new TreeSet<>(generations.keySet());
    }

    @Override
    public ReadableFile generation(long number) {
        return generations.get(number).read("generation " + number);
    }

    @Override
    public boolean isLengthOfGeneration(long bytes) {
        return bytes > 0 && bytes % UNIT_BYTES == 0;
    }

    @Override
    public NavigableSet<Long> snapshots() {
        return new TreeSet<>(snapshots.keySet());
    }

    @Override
    public ReadableFile snapshot(long number) throws IOException {
        MemoryFile file = snapshots.get(number);
        if (file == null) {
            throw new IOException("snapshot " + number + " was superseded");
        }
        return file.read("snapshot " + number);
    }

    @Override
    public Mark mark() throws DamageException {
        if (mark == null) {
            throw new DamageException("mark: is missing");
        }
        return Mark.decode(ByteBuffer.wrap(mark.clone()), "mark");
    }

    @Override
    public boolean isEmpty() {
        return generations.isEmpty() && snapshots.isEmpty() && mark == null;
    }
}
