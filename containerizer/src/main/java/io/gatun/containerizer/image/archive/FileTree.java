package io.gatun.containerizer.image.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Files by their relative paths, in a directory or in a tar archive. Any thread. */
interface FileTree extends AutoCloseable {
    /** Names it in messages. */
    String name();

    /** The size of a file in bytes; empty when there is no such file. */
    OptionalLong size(String path) throws IOException;

    /** Opens a file from an offset on. */
    InputStream open(String path, long offset) throws IOException;

    /**
     * Reads a small file.
     *
     * @throws IOException when it is missing or larger than {@code maxBytes}
     */
    default byte[] read(String path, int maxBytes) throws IOException {
        try (InputStream in = open(path, 0)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new IOException(name() + ": " + path + ": is larger than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    @Override
    void close();
}
