package io.gatun.containerizer.image.unpack;

import io.gatun.ffm.NativeBuffer;
import io.gatun.ffm.file.OpenFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Writes the content of files through one buffer. Holes of sparse files stay holes. Not thread-safe. */
final class FileContent {
    private static final int BUFFER_BYTES = 128 * 1024;

    private final byte[] heap = new byte[BUFFER_BYTES];
    private final NativeBuffer buffer = NativeBuffer.allocateAutomatic(BUFFER_BYTES);

    /**
     * Copies a stream to its end.
     *
     * @param sizeBytes what it must have
     * @param sparse whether blocks of zeros are left out
     * @throws EOFException when it ends before
     */
    void write(InputStream from, int fd, String path, long sizeBytes, boolean sparse) throws IOException {
        long offset = 0;
        int n;
        while ((n = from.readNBytes(heap, 0, BUFFER_BYTES)) > 0) {
            if (!sparse || !isZero(n)) {
                buffer.put(heap, 0, n);
                OpenFile.write(fd, buffer.asSlice(0, n), offset, path);
            }
            offset += n;
        }
        if (offset != sizeBytes) {
            throw new EOFException("entry " + path + ": ends after " + offset + " of " + sizeBytes + " bytes");
        }
        if (sparse) {
            OpenFile.truncate(fd, sizeBytes, path);
        }
    }

    private boolean isZero(int length) {
        for (int i = 0; i < length; i++) {
            if (heap[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
