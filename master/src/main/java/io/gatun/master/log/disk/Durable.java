package io.gatun.master.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.locks.LockSupport;

/** File operations that hold after a power failure. Any thread. */
final class Durable {
    /** What the name of a directory ends with that is being removed. */
    static final String REMOVED = ".removed";

    /** How much of a file is given back at once. */
    private static final long CUT_BYTES = 4L << 20;

    private Durable() {}

    /** fsync(2) of a directory: its entries, not what they contain. */
    static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** fsync(2) of every file of {@code directory}, then of itself. */
    static void forceAll(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
        forceDirectory(directory);
    }

    /** Removes a directory with what is in it. */
    static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Removes a directory of files so that a crash meanwhile leaves all of it or nothing that has its name. The files are
     * cut off piece by piece, each on disk before the next, with pauses as long as that took: a file system that is
     * mounted with {@code discard} tells the disk of all blocks that a transaction frees, at once, and whoever forces
     * records waits behind that. Who still reads one of the files finds its end.
     */
    static void remove(Path directory) throws IOException {
        Path removed = retire(directory);
        try (var files = Files.newDirectoryStream(removed)) {
            for (Path file : files) {
                cutOffByAndBy(file);
            }
        }
        deleteTree(removed);
    }

    /**
     * Gives a directory a name by which it is removed at the next start, if it is still there.
     *
     * @return where it is now
     */
    static Path retire(Path directory) throws IOException {
        Path retired = directory.resolveSibling(directory.getFileName() + REMOVED);
        return Files.move(directory, retired, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void cutOffByAndBy(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            cutOffByAndBy(channel, 0);
        }
    }

    /** Cuts off a file by and by, see {@link #remove}, until little is left beyond a byte. */
    static void cutOffByAndBy(FileChannel channel, long end) throws IOException {
        for (long left = channel.size() - CUT_BYTES; left > end; left -= CUT_BYTES) {
            long begun = System.nanoTime();
            channel.truncate(left);
            channel.force(true);
            LockSupport.parkNanos(System.nanoTime() - begun);
        }
    }

    /**
     * Has blocks allocated for {@code count} bytes from {@code position} by writing zeros there. Memory that is mapped to
     * them can be written to afterwards without the disk becoming full, which would end the process with SIGBUS.
     *
     * @param zeros so much is written at once: its capacity
     */
    static void writeZeros(FileChannel channel, ByteBuffer zeros, long position, long count) throws IOException {
        long at = position;
        long end = position + count;
        while (at < end) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), end - at));
            at += channel.write(zeros, at);
        }
    }
}
