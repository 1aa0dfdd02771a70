package io.gatun.containerizer.image.spec;

import java.util.Map;
import java.util.Optional;

/**
 * Points to content; OCI image specification, descriptor.md.
 *
 * @param mediaType what the content is
 * @param digest of the content
 * @param sizeBytes of the content, at least 0
 * @param platform in an index
 * @param annotations such as {@code org.opencontainers.image.ref.name} in a layout
 */
public record Descriptor(
        String mediaType, Digest digest, long sizeBytes, Optional<Platform> platform, Map<String, String> annotations) {
    public Descriptor {
        if (sizeBytes < 0) {
            throw new ImageException("descriptor " + digest + ": size=" + sizeBytes + ": must not be negative");
        }
        annotations = Map.copyOf(annotations);
    }

    /** A descriptor without platform and annotations. */
    public Descriptor(String mediaType, Digest digest, long sizeBytes) {
        this(mediaType, digest, sizeBytes, Optional.empty(), Map.of());
    }
}
