package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One JSON document, written from immutable values; may be written on any thread, and more than once. */
@FunctionalInterface
public interface Document {
    /** Writes one JSON value. */
    void write(JsonGenerator json) throws IOException;

    /** The document as UTF-8. */
    default byte[] bytes() {
        ByteArrayBuilder bytes = new ByteArrayBuilder();
        try (JsonGenerator json = Holder.FACTORY.createGenerator(bytes)) {
            write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** Keeps the factory out of the interface. */
    final class Holder {
        private static final JsonFactory FACTORY = new JsonFactory();

        private Holder() {}
    }
}
