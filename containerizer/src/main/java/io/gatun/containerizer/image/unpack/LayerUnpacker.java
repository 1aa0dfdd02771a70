package io.gatun.containerizer.image.unpack;

import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.file.FileStat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Unpacks one layer; OCI image specification, layer.md. One thread.
 *
 * <p>The archive may be anybody's: names, links, types, sizes and numbers are checked before each entry is made. What
 * was unpacked before a refusal stays where it is, for the caller to remove.
 */
public final class LayerUnpacker {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final String AUFS = ".wh..wh.";
    /** The kernel's "no id"; user_namespaces(7). */
    private static final long NO_ID = 0xffffffffL;

    private final UnpackLimits limits;
    private final LayerTree tree;
    private final FileContent content = new FileContent();
    private long entries;
    private long declaredBytes;

    private LayerUnpacker(UnpackLimits limits, LayerTree tree) {
        this.limits = limits;
        this.tree = tree;
    }

    /**
     * What came out.
     *
     * @param bytes of the uncompressed archive
     * @param entries in it
     */
    public record Unpacked(long bytes, long entries) {}

    /**
     * Unpacks a layer into an empty directory and verifies it.
     *
     * @param blob the archive, plain or compressed, itself verified already
     * @param compressedBytes its size
     * @param diffId the digest of the uncompressed archive
     * @param lower the layers below, which tell the attributes of directories that this one does not describe
     * @throws ImageException when an entry is refused, a limit is passed or the digest differs
     */
    public static Unpacked unpack(
            InputStream blob,
            long compressedBytes,
            Digest diffId,
            Path directory,
            LayeredFiles lower,
            UnpackLimits limits) {
        try (LayerStream stream = LayerStream.open(blob, limits, compressedBytes, diffId);
                LayerTar tar = new LayerTar(stream);
                LayerTree tree = new LayerTree(directory, lower)) {
            LayerUnpacker unpacker = new LayerUnpacker(limits, tree);
            unpacker.entries(tar);
            stream.verify(diffId);
            tree.finish();
            return new Unpacked(stream.bytes(), unpacker.entries);
        } catch (IOException | IllegalArgumentException e) {
            // The blob is the one that was sent, and on this disk: what cannot be read of it was written so. The second
            // is
            // how the library reports some malformed headers.
            throw new ImageException("archive: " + e.getMessage(), e);
        }
    }

    private void entries(LayerTar tar) throws IOException {
        TarArchiveEntry entry;
        while ((entry = tar.getNextEntry()) != null) {
            entries++;
            if (entries > limits.maxEntries()) {
                throw new ImageException("entries: are more than max_layer_entries=" + limits.maxEntries());
            }
            String path = EntryName.clean(tar.nameOf(entry));
            try {
                apply(tar, entry, path);
            } catch (SyscallException e) {
                throw new ImageException("entry " + path + ": " + e.getMessage(), e);
            }
        }
    }

    private void apply(LayerTar tar, TarArchiveEntry entry, String path) throws IOException {
        String name = EntryName.last(path);
        if (name.startsWith(WHITEOUT)) {
            whiteout(path, name);
            return;
        }
        if (path.startsWith(WHITEOUT) || path.contains("/" + WHITEOUT)) {
            throw EntryName.refused(path, "has a directory with the name of a whiteout");
        }
        if (path.isEmpty() && entry.getLinkFlag() != TarConstants.LF_DIR) {
            throw EntryName.refused("./", "is the root and no directory");
        }
        switch (entry.getLinkFlag()) {
            case TarConstants.LF_DIR -> tree.directory(path, attributes(tar, entry, path));
            case TarConstants.LF_SYMLINK -> tree.symbolicLink(path, entry.getLinkName(), attributes(tar, entry, path));
            case TarConstants.LF_LINK -> hardLink(path, entry.getLinkName());
            case TarConstants.LF_FIFO -> tree.fifo(path, attributes(tar, entry, path));
            case TarConstants.LF_OLDNORM,
                    TarConstants.LF_NORMAL,
                    TarConstants.LF_CONTIG,
                    TarConstants.LF_GNUTYPE_SPARSE -> file(tar, entry, path);
            case TarConstants.LF_CHR, TarConstants.LF_BLK ->
                throw EntryName.refused(
                        path,
                        "is a device node " + entry.getDevMajor() + ":" + entry.getDevMinor()
                                + "; devices are given to a container by its host");
            default ->
                throw EntryName.refused(
                        path, "is of type '" + (char) entry.getLinkFlag() + "', which layers do not have");
        }
    }

    private void whiteout(String path, String name) {
        String directory = EntryName.parent(path);
        if (name.equals(OPAQUE)) {
            tree.opaque(directory);
            return;
        }
        if (name.startsWith(AUFS)) {
            // Notes of aufs to itself.
            return;
        }
        String hidden = name.substring(WHITEOUT.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw EntryName.refused(path, "is a whiteout of '" + hidden + "'");
        }
        tree.whiteout(EntryName.join(directory, hidden));
    }

    private void hardLink(String path, String target) {
        String cleaned;
        try {
            cleaned = EntryName.clean(target);
        } catch (ImageException e) {
            throw EntryName.refused(path, "is a hard link to " + target + ", which leads out of the layer");
        }
        tree.hardLink(path, cleaned);
    }

    private void file(LayerTar tar, TarArchiveEntry entry, String path) throws IOException {
        if (entry.getName().endsWith("/")) {
            // Old archives mark a directory by its name alone.
            tree.directory(path, attributes(tar, entry, path));
            return;
        }
        declaredBytes += entry.getRealSize();
        if (entry.getRealSize() < 0 || declaredBytes < 0 || declaredBytes > limits.maxBytes()) {
            throw EntryName.refused(path, "brings the files to more than max_layer_bytes=" + limits.maxBytes());
        }
        Attributes attributes = attributes(tar, entry, path);
        try (OwnedFd file = tree.file(path)) {
            content.write(tar, file.fd(), path, entry.getRealSize(), entry.isSparse());
            tree.finish(file, path, attributes);
        }
    }

    private static Attributes attributes(LayerTar tar, TarArchiveEntry entry, String path) throws IOException {
        Instant mtime = entry.getLastModifiedTime().toInstant();
        return new Attributes(
                entry.getMode() & ~FileStat.S_IFMT & 07777,
                id(path, "uid", entry.getLongUserId()),
                id(path, "gid", entry.getLongGroupId()),
                mtime.getEpochSecond(),
                mtime.getNano(),
                XattrRules.wanted(path, tar.xattrs()));
    }

    private static int id(String path, String field, long id) {
        if (id < 0 || id >= NO_ID) {
            throw EntryName.refused(path, "has " + field + "=" + id + ", which is not 0 to 4294967294");
        }
        return (int) id;
    }
}
