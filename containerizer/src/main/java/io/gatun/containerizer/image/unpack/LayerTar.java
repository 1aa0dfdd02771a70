package io.gatun.containerizer.image.unpack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads tar archives with what the library leaves out: the bytes of extended attributes, which it decodes as text and
 * so spoils, and a bound for extended headers, which it reads into memory whatever their size. It also strips the slash
 * of absolute names that come in such a header; here they stay visible.
 */
final class LayerTar extends TarArchiveInputStream {
    private static final int MAX_HEADER_BYTES = 1 << 20;
    private static final String XATTR = "SCHILY.xattr.";
    private static final int BLOCK_BYTES = 512 * 20;
    private static final int RECORD_BYTES = 512;

    private final ByteArrayOutputStream longName = new ByteArrayOutputStream();
    private final ByteArrayOutputStream pax = new ByteArrayOutputStream();
    private boolean newHeader;
    private int headerBytes;
    private int depth;

    LayerTar(InputStream archive) {
        super(archive, BLOCK_BYTES, RECORD_BYTES, StandardCharsets.UTF_8.name());
    }

    /** The library calls this again for the entry that follows a header entry; what the header had stays then. */
    @Override
    public TarArchiveEntry getNextEntry() throws IOException {
        if (depth == 0) {
            longName.reset();
            pax.reset();
        }
        depth++;
        try {
            return super.getNextEntry();
        } finally {
            depth--;
        }
    }

    /** Every header starts so, those with extended names and attributes too. */
    @Override
    protected byte[] readRecord() throws IOException {
        newHeader = true;
        return super.readRecord();
    }

    /** The library reads the content of header entries through here as well. */
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = super.read(buffer, offset, length);
        TarArchiveEntry entry = getCurrentEntry();
        if (n > 0 && entry != null && isHeader(entry)) {
            record(entry, buffer, offset, n);
        }
        return n;
    }

    private static boolean isHeader(TarArchiveEntry entry) {
        return entry.isPaxHeader()
                || entry.isGlobalPaxHeader()
                || entry.isGNULongNameEntry()
                || entry.isGNULongLinkEntry();
    }

    private void record(TarArchiveEntry entry, byte[] buffer, int offset, int length) throws IOException {
        ByteArrayOutputStream into = entry.isPaxHeader() ? pax : entry.isGNULongNameEntry() ? longName : null;
        if (newHeader) {
            newHeader = false;
            headerBytes = 0;
            if (into != null) {
                into.reset();
            }
        }
        headerBytes += length;
        if (headerBytes > MAX_HEADER_BYTES) {
            throw new IOException("tar: an extended header is larger than " + MAX_HEADER_BYTES + " bytes");
        }
        if (into != null) {
            into.write(buffer, offset, length);
        }
    }

    /** The name of an entry as the archive has it, a leading slash included. */
    String nameOf(TarArchiveEntry entry) throws IOException {
        byte[] path = paxRecords().get("path");
        byte[] extended = path == null ? longName.toByteArray() : path;
        boolean absolute = extended.length > 0 && extended[0] == '/';
        return absolute && !entry.getName().startsWith("/") ? "/" + entry.getName() : entry.getName();
    }

    /** The extended attributes of the entry that was last returned, by name; the values are bytes. */
    Map<String, byte[]> xattrs() throws IOException {
        Map<String, byte[]> found = new TreeMap<>();
        paxRecords().forEach((key, value) -> {
            if (key.startsWith(XATTR)) {
                found.put(key.substring(XATTR.length()), value);
            }
        });
        return found;
    }

    /** Records of a pax header, {@code LENGTH KEY=VALUE\n}; pax(1), "pax Extended Header". */
    private Map<String, byte[]> paxRecords() throws IOException {
        Map<String, byte[]> records = new TreeMap<>();
        byte[] bytes = pax.toByteArray();
        for (int at = 0; at < bytes.length && bytes[at] != 0; ) {
            int space = at;
            int length = 0;
            while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9' && length <= MAX_HEADER_BYTES) {
                length = length * 10 + bytes[space++] - '0';
            }
            int end = at + length;
            int equals = space;
            while (equals < bytes.length && bytes[equals] != '=') {
                equals++;
            }
            if (length == 0 || end > bytes.length || equals >= end || bytes[space] != ' ' || bytes[end - 1] != '\n') {
                throw new IOException("tar: a pax header is malformed");
            }
            String key = new String(bytes, space + 1, equals - space - 1, StandardCharsets.UTF_8);
            records.put(key, Arrays.copyOfRange(bytes, equals + 1, end - 1));
            at = end;
        }
        return records;
    }
}
