package io.gatun.containerizer.image.unpack;

import com.github.luben.zstd.ZstdInputStream;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.ImageException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A layer's archive, uncompressed, counted against the limits, hashed on the way. The compression is told by the first
 * bytes, as media types are often wrong: RFC 1952 section 2.3.1 and RFC 8878 section 3.1.
 */
final class LayerStream extends FilterInputStream {
    private static final int BUFFER_BYTES = 128 * 1024;

    private final UnpackLimits limits;
    private final long compressedBytes;
    private final MessageDigest hash;
    private long bytes;

    private LayerStream(InputStream archive, UnpackLimits limits, long compressedBytes, MessageDigest hash) {
        super(archive);
        this.limits = limits;
        this.compressedBytes = compressedBytes;
        this.hash = hash;
    }

    /**
     * Opens a blob.
     *
     * @param compressedBytes its size
     * @param diffId whose algorithm is used
     */
    static LayerStream open(InputStream blob, UnpackLimits limits, long compressedBytes, Digest diffId)
            throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(blob, BUFFER_BYTES);
        buffered.mark(8);
        byte[] magic = buffered.readNBytes(6);
        buffered.reset();
        return new LayerStream(uncompressed(buffered, magic), limits, compressedBytes, diffId.start());
    }

    private static InputStream uncompressed(InputStream blob, byte[] magic) throws IOException {
        if (starts(magic, 0x1f, 0x8b)) {
            return new GZIPInputStream(blob, BUFFER_BYTES);
        }
        boolean skippable = magic.length > 3 && (magic[0] & 0xf0) == 0x50 && starts(tail(magic), 0x2a, 0x4d, 0x18);
        if (starts(magic, 0x28, 0xb5, 0x2f, 0xfd) || skippable) {
            // The library refuses windows above 128 MiB: a frame cannot ask for more memory.
            return new ZstdInputStream(blob);
        }
        if (starts(magic, 'B', 'Z', 'h') || starts(magic, 0xfd, '7', 'z', 'X', 'Z')) {
            throw new ImageException("compression: bzip2 and xz are none of the specification's: must be gzip or zstd");
        }
        return blob;
    }

    private static byte[] tail(byte[] bytes) {
        return Arrays.copyOfRange(bytes, 1, bytes.length);
    }

    private static boolean starts(byte[] bytes, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        if (n > 0) {
            hash.update(buffer, offset, n);
            count(n);
        }
        return n;
    }

    /** Skipped bytes are hashed like others, so they are read. */
    @Override
    public long skip(long n) throws IOException {
        byte[] buffer = new byte[(int) Math.min(n, 64 * 1024)];
        long skipped = 0;
        int read = 0;
        while (skipped < n && read >= 0) {
            skipped += read;
            read = skipped < n ? read(buffer, 0, (int) Math.min(buffer.length, n - skipped)) : 0;
            if (read == 0) {
                break;
            }
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(int n) {
        bytes += n;
        if (bytes > limits.maxBytes()) {
            throw new ImageException("uncompressed size: is more than max_layer_bytes=" + limits.maxBytes());
        }
        if (bytes > UnpackLimits.RATIO_FREE_BYTES && bytes / limits.maxRatio() > compressedBytes) {
            throw new ImageException("compression: " + bytes + " bytes came out of " + compressedBytes
                    + ", more than max_layer_ratio=" + limits.maxRatio() + " times as many");
        }
    }

    /**
     * Reads what is left and compares.
     *
     * @throws ImageException when the content is not what its digest says
     */
    void verify(Digest diffId) throws IOException {
        byte[] rest = new byte[BUFFER_BYTES];
        while (read(rest, 0, rest.length) >= 0) {
            // Hashed and counted by read.
        }
        byte[] found = hash.digest();
        if (!diffId.matches(found)) {
            throw new ImageException("diff_id=" + diffId + ": the uncompressed layer is "
                    + new Digest(diffId.algorithm(), java.util.HexFormat.of().formatHex(found)));
        }
    }

    long bytes() {
        return bytes;
    }
}
