package io.gatun.containerizer.image.spec;

import java.io.IOException;
import java.io.InputStream;

/**
 * Where one image comes from. What it returns is not verified: that is the caller's part, who knows the descriptors.
 * Any thread, several at a time.
 */
public interface ImageSource extends AutoCloseable {
    /** Names it in messages: a URL without credentials, or a path. */
    String name();

    /**
     * The manifest or index that the reference names.
     *
     * @throws ImageException when there is no such image, or no right to it
     */
    Content root() throws IOException;

    /** A manifest or index that an index names. */
    Content document(Descriptor descriptor) throws IOException;

    /**
     * Opens a blob.
     *
     * @param offset where to start, 0 to the blob's size
     * @return the stream, from {@code offset} on, or from 0 where the source cannot do that
     */
    Blob blob(Descriptor descriptor, long offset) throws IOException;

    @Override
    void close();

    /** A manifest or index as it came. */
    final class Content {
        private final String mediaType;
        private final byte[] bytes;

        /** Takes the bytes over. */
        public Content(String mediaType, byte[] bytes) {
            this.mediaType = mediaType;
            this.bytes = bytes;
        }

        /** Empty where the source does not say. */
        public String mediaType() {
            return mediaType;
        }

        /** Not copied, not to be changed. */
        public byte[] bytes() {
            return bytes;
        }
    }

    /**
     * A blob from some offset on.
     *
     * @param offset of the stream's first byte
     */
    record Blob(InputStream stream, long offset) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
