package io.gatun.containerizer.image;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes layers, honest and hostile ones. */
public final class LayerBytes {
    /** 2020-01-02T03:04:05Z: a time that no test takes for now. */
    public static final long MTIME = 1577934245;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    public LayerBytes() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    public LayerBytes directory(String name, int mode) {
        return entry(name + "/", TarConstants.LF_DIR, entry -> entry.setMode(mode), "");
    }

    public LayerBytes file(String name, String content) {
        return file(name, content, 0644);
    }

    public LayerBytes file(String name, String content, int mode) {
        return entry(name, TarConstants.LF_NORMAL, entry -> entry.setMode(mode), content);
    }

    public LayerBytes link(String name, String target) {
        return entry(name, TarConstants.LF_SYMLINK, entry -> entry.setLinkName(target), "");
    }

    public LayerBytes hardLink(String name, String target) {
        return entry(name, TarConstants.LF_LINK, entry -> entry.setLinkName(target), "");
    }

    /** Any entry at all; absolute names stay so. */
    public LayerBytes entry(String name, byte type, Consumer<TarArchiveEntry> attributes, String content) {
        try {
            byte[] data = content.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
            entry.setSize(data.length);
            entry.setModTime(MTIME * 1000);
            entry.setIds(0, 0);
            attributes.accept(entry);
            tar.putArchiveEntry(entry);
            tar.write(data);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A pax header for the next entry, with bytes as they are. */
    public LayerBytes pax(Map<String, byte[]> records) {
        try {
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            for (Map.Entry<String, byte[]> each : records.entrySet()) {
                byte[] key = (each.getKey() + "=").getBytes(StandardCharsets.UTF_8);
                int plain = key.length + each.getValue().length + 2;
                int length = plain + 1;
                while (length != plain + Integer.toString(length).length()) {
                    length++;
                }
                data.writeBytes((length + " ").getBytes(StandardCharsets.UTF_8));
                data.writeBytes(key);
                data.writeBytes(each.getValue());
                data.write('\n');
            }
            TarArchiveEntry entry = new TarArchiveEntry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
            entry.setSize(data.size());
            entry.setModTime(MTIME * 1000); // or the library puts a header of its own before this one
            tar.putArchiveEntry(entry);
            tar.write(data.toByteArray());
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The archive. */
    public byte[] plain() {
        try {
            tar.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    public static byte[] zstd(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
            zstd.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
