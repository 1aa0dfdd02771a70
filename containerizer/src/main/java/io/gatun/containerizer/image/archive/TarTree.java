package io.gatun.containerizer.image.archive;

import io.gatun.containerizer.image.spec.ImageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** A plain tar archive: its headers are read once, its files where they lie. */
final class TarTree implements FileTree {
    /** Old {@code docker save} wrote equal layers as links to the first. */
    private static final int LINKS_MAX = 8;

    private final Path archive;
    private final Map<String, TarArchiveEntry> entries = new HashMap<>();

    TarTree(Path archive) throws IOException {
        this.archive = archive;
        try (TarFile tar = new TarFile(archive)) {
            tar.getEntries().forEach(entry -> entries.put(clean(entry.getName()), entry));
        } catch (IllegalArgumentException e) {
            throw new IOException(archive + ": is not a tar archive", e);
        }
        if (entries.isEmpty()) {
            throw new ImageException(archive + ": is no tar archive, or one that is compressed or empty");
        }
    }

    @Override
    public String name() {
        return archive.toString();
    }

    @Override
    public OptionalLong size(String path) {
        TarArchiveEntry entry = find(path);
        return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.getSize());
    }

    @Override
    public InputStream open(String path, long offset) throws IOException {
        TarArchiveEntry entry = find(path);
        if (entry == null) {
            throw new FileNotFoundException(archive + ": has no file " + path);
        }
        long start = Math.min(offset, entry.getSize());
        FileChannel channel =
                FileChannel.open(archive, StandardOpenOption.READ).position(entry.getDataOffset() + start);
        return new Bounded(Channels.newInputStream(channel), entry.getSize() - start);
    }

    private TarArchiveEntry find(String path) {
        TarArchiveEntry entry = entries.get(clean(path));
        for (int i = 0; i < LINKS_MAX && entry != null; i++) {
            if (entry.isSymbolicLink()) {
                int slash = clean(entry.getName()).lastIndexOf('/');
                String directory = slash < 0 ? "" : clean(entry.getName()).substring(0, slash + 1);
                entry = entries.get(clean(directory + entry.getLinkName()));
            } else if (entry.isLink()) {
                entry = entries.get(clean(entry.getLinkName()));
            } else {
                return entry.isDirectory() || entry.isSparse() ? null : entry;
            }
        }
        return null;
    }

    private static String clean(String name) {
        return Path.of("/").resolve(name).normalize().toString().substring(1);
    }

    @Override
    public void close() {
        // Each stream has a channel of its own.
    }

    /** Ends with the file in the archive; closes the channel. */
    private static final class Bounded extends java.io.FilterInputStream {
        private long left;

        Bounded(InputStream in, long length) {
            super(in);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(buffer, offset, (int) Math.min(length, left));
            left -= Math.max(n, 0);
            return n;
        }
    }
}
