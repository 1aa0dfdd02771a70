package io.gatun.master.log.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens journals. */
public final class JournalFiles {
    private JournalFiles() {}

    /**
     * Locks and reads the journal in a directory, which is made if need be. Nothing in it is changed before
     * {@link OpenedJournal#start}.
     *
     * @throws IOException when the directory cannot be used, or another process uses it
     */
    public static OpenedJournal open(Path directory) throws IOException {
        Files.createDirectories(directory);
        JournalDirectory files = new JournalDirectory(directory);
        FileChannel lock = FileChannel.open(files.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isLocked(lock)) {
                throw new IOException(files.lock() + " is locked: another process uses this journal");
            }
            return new OpenedJournal(files, lock, Recovery.read(files));
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Two replicas with one journal would overwrite each other; the kernel drops the lock when its holder dies. */
    private static boolean isLocked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // Held by this process.
        }
    }
}
