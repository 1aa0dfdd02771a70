package io.gatun.containerizer.image.store;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.file.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/** Files that are there whole, after a power cut too, or not at all. */
final class Durable {
    private static final AtomicLong COUNTER = new AtomicLong();

    private Durable() {}

    /**
     * Writes a file by way of another one.
     *
     * @param staging a directory of the same file system, emptied at the next start
     */
    static void write(Path file, byte[] content, Path staging) throws IOException {
        Path temporary = staging.resolve("file-" + COUNTER.incrementAndGet());
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        move(temporary, file);
    }

    /** Renames what was forced to disk already, and forces the new name there. */
    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(to.getParent());
    }

    static void syncDirectory(Path directory) {
        try (OwnedFd fd = Fd.open(directory, Fd.O_RDONLY | Fd.oDirectory(Arch.current()), 0)) {
            OpenFile.sync(fd.fd(), directory);
        }
    }

    /** Forces all of a file system to disk: one call for the thousands of files of a layer. */
    static void syncFileSystem(Path directory) {
        try (OwnedFd fd = Fd.open(directory, Fd.O_RDONLY | Fd.oDirectory(Arch.current()), 0)) {
            OpenFile.syncFileSystem(fd.fd(), directory);
        }
    }
}
