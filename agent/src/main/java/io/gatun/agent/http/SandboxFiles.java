package io.gatun.agent.http;

import io.gatun.agent.store.Layout;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads files of sandboxes, and only those, although tasks own their sandboxes and may point links anywhere or exchange a
 * directory for a link at any moment. A path is first resolved with its links and must stay below its sandbox; the result is
 * then opened name by name, from the sandbox on, without following any link (openat(2) with O_NOFOLLOW).
 */
final class SandboxFiles {
    private final Layout layout;

    SandboxFiles(Layout layout) {
        this.layout = layout;
    }

    /**
     * The entries of a directory, sorted by name.
     *
     * @param path for messages
     * @throws HttpProblem 400 when it is no directory, 403, 404
     */
    List<Entry> list(VirtualPath virtual, String path) {
        try {
            Path root = layout.sandbox(virtual.run()).toRealPath();
            Path real = real(root, virtual, path);
            try (SecureDirectoryStream<Path> directory = walk(root, root.relativize(real), path)) {
                return entries(directory, real);
            }
        } catch (IOException e) {
            throw problem(path, e);
        }
    }

    /**
     * Opens a regular file.
     *
     * @param path for messages
     * @return to be closed by the caller
     * @throws HttpProblem 400 for a directory, 403, 404
     */
    SeekableByteChannel open(VirtualPath virtual, String path) {
        try {
            Path root = layout.sandbox(virtual.run()).toRealPath();
            Path real = real(root, virtual, path);
            if (real.equals(root)) {
                throw isDirectory();
            }
            Path parent = root.relativize(real.getParent());
            try (SecureDirectoryStream<Path> directory = walk(root, parent, path)) {
                return open(directory, real.getFileName(), path);
            }
        } catch (IOException e) {
            throw problem(path, e);
        }
    }

    private static SeekableByteChannel open(SecureDirectoryStream<Path> directory, Path name, String path)
            throws IOException {
        PosixFileAttributes attributes = attributes(directory, name);
        if (attributes.isDirectory()) {
            throw isDirectory();
        }
        if (!attributes.isRegularFile()) {
            // Opening a pipe would wait for its writer.
            throw new HttpProblem(403, "'" + path + "' is not a regular file");
        }
        return directory.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    private static HttpProblem isDirectory() {
        return new HttpProblem(400, "Cannot read a directory.");
    }

    private static Path real(Path root, VirtualPath virtual, String path) throws IOException {
        Path real = root.resolve(String.join("/", virtual.inside())).toRealPath();
        if (!real.startsWith(root)) {
            throw new HttpProblem(403, "'" + path + "' leads out of its sandbox");
        }
        return real;
    }

    @SuppressWarnings("StreamResourceLeak") // the stream is the result, which the caller closes
    private static SecureDirectoryStream<Path> walk(Path root, Path relative, String path) throws IOException {
        SecureDirectoryStream<Path> at = secure(root, Files.newDirectoryStream(root));
        for (Path name : relative) {
            if (name.toString().isEmpty()) {
                continue;
            }
            SecureDirectoryStream<Path> parent = at;
            try (parent) {
                if (!attributes(parent, name).isDirectory()) {
                    throw new HttpProblem(400, "'" + path + "' is not a directory");
                }
                at = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
            }
        }
        return at;
    }

    private static SecureDirectoryStream<Path> secure(Path root, DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException(root + ": this platform has no openat(2)");
    }

    private static PosixFileAttributes attributes(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        return directory
                .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    private static List<Entry> entries(SecureDirectoryStream<Path> directory, Path real) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Path listed : directory) {
            Path name = listed.getFileName();
            try {
                Map<String, Object> unix =
                        Files.readAttributes(real.resolve(name), "unix:nlink,mode", LinkOption.NOFOLLOW_LINKS);
                entries.add(new Entry(
                        name.toString(), (int) unix.get("nlink"), (int) unix.get("mode"), attributes(directory, name)));
            } catch (NoSuchFileException e) {
                // Removed while we were listing: it is not there any more.
            }
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    private static HttpProblem problem(String path, IOException e) {
        if (e instanceof NoSuchFileException) {
            return VirtualPath.notFound(path);
        }
        // AccessDeniedException, or ELOOP of a name that became a link since it was resolved.
        return e instanceof AccessDeniedException
                        || String.valueOf(e.getMessage()).contains("symbolic link")
                ? new HttpProblem(403, "'" + path + "' is not accessible: " + e.getMessage())
                : new HttpProblem(500, "'" + path + "': " + e);
    }

    /**
     * One entry of a directory, as lstat(2) sees it.
     *
     * @param mode file type and permissions, inode(7)
     */
    record Entry(String name, int nlink, int mode, PosixFileAttributes attributes) {}
}
