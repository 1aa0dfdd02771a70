package io.gatun.agent.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;

/**
 * Removes a tree that a task may change meanwhile: each directory is held by descriptor and its entries are named from there
 * (unlinkat(2)), so that a link that is put there in between leads nowhere.
 */
final class TreeRemoval {
    /** Each level has a descriptor and a frame of the stack. */
    private static final int MAX_DEPTH = 1000;

    private TreeRemoval() {}

    /** Removes the directories in {@code parent} whose names begin so; what is none of that stays. */
    static void removeChildren(Path parent, String prefix) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent)) {
            // As the default provider's are on Linux.
            SecureDirectoryStream<Path> held = (SecureDirectoryStream<Path>) stream;
            for (Path child : held) {
                Path name = child.getFileName();
                if (name.toString().startsWith(prefix)) {
                    remove(held, name, 0);
                }
            }
        } catch (NoSuchFileException absent) {
            // There is nothing to be removed, then.
        }
    }

    private static void remove(SecureDirectoryStream<Path> parent, Path name, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new FileSystemException(name.toString(), null, "lies more than " + MAX_DEPTH + " directories deep");
        }
        boolean directory = parent.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
        if (!directory) {
            parent.deleteFile(name);
            return;
        }
        try (SecureDirectoryStream<Path> stream = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            for (Path child : stream) {
                remove(stream, child.getFileName(), depth + 1);
            }
        }
        parent.deleteDirectory(name);
    }
}
