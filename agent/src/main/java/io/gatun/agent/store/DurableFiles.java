package io.gatun.agent.store;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Files that are either the old or the new one after a crash, never between. Errors name the file. */
public final class DurableFiles {
    private DurableFiles() {}

    /** Replaces a file by one record; returns when it would survive a power cut. Makes missing directories. */
    static void writeMessage(Path file, Message message) {
        write(file, RecordFormat.encode(message.toByteArray()));
    }

    /**
     * Reads what {@link #writeMessage} wrote.
     *
     * @throws CorruptFileException when it holds anything but one whole record of this type
     */
    static <M extends Message> M readMessage(Path file, Parser<M> parser) {
        byte[] bytes = read(file);
        RecordFormat.Contents contents = RecordFormat.decode(file, bytes);
        if (contents.payloads().size() != 1 || contents.lengthBytes() != bytes.length) {
            throw new CorruptFileException(file, contents.lengthBytes(), "expected exactly one whole record");
        }
        return parse(file, 0, contents.payloads().getFirst(), parser);
    }

    static <M extends Message> M parse(Path file, long offset, byte[] payload, Parser<M> parser) {
        try {
            return parser.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptFileException(file, offset, String.valueOf(e.getMessage()));
        }
    }

    /** Replaces a file; returns when it would survive a power cut. Makes missing directories. */
    static void write(Path file, ByteBuffer content) {
        Path parent = file.getParent();
        Path temporary = parent.resolve("." + file.getFileName() + ".new");
        try {
            makeDirectories(parent);
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                while (content.hasRemaining()) {
                    channel.write(content);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncDirectory(parent);
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + file + ": " + e, e);
        }
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file + ": " + e, e);
        }
    }

    /** Makes a directory and its parents, each of them durable. */
    static void makeDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        makeDirectories(parent);
        Files.createDirectories(directory);
        syncDirectory(parent);
    }

    /** fsync(2) of a directory: what was created, renamed or removed in it stays so after a power cut. */
    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Removes a file or a whole tree without following symbolic links; one that is absent is no error.
     *
     * @throws UncheckedIOException naming the tree and what could not be removed
     */
    public static void removeTree(Path root) {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException absent) {
            // Somebody else was faster, or there never was one: the tree is not there, as asked for.
        } catch (IOException e) {
            throw new UncheckedIOException("remove " + root + ": " + e, e);
        }
    }
}
