package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.Digest;
import java.util.List;
import java.util.Locale;

/**
 * How far a pull is.
 *
 * @param reference full name of the image
 * @param source where it comes from
 * @param layers the lowest first; empty until the manifest is there
 */
public record PullStatus(String reference, String source, List<Layer> layers) {
    private static final double MIB = 1 << 20;

    public PullStatus {
        layers = List.copyOf(layers);
    }

    /** What happens to a layer. */
    public enum Phase {
        /** Others are before it. */
        WAITING,
        /** Its bytes arrive. */
        DOWNLOADING,
        /** All bytes are there and verified; layers are unpacked in order. */
        DOWNLOADED,
        /** Its files are written. */
        UNPACKING,
        /** It is in the store. */
        READY
    }

    /**
     * One layer.
     *
     * @param digest of its archive
     * @param bytes that are there of it
     * @param totalBytes of it
     */
    public record Layer(Digest digest, Phase phase, long bytes, long totalBytes) {}

    /** For people: {@code docker.io/library/app:1, 12.0 of 40.5 MiB}. */
    public String toText() {
        return layers.isEmpty()
                ? reference
                : String.format(Locale.ROOT, "%s, %.1f of %.1f MiB", reference, bytes() / MIB, totalBytes() / MIB);
    }

    /** Bytes that are there, of all layers. */
    public long bytes() {
        return layers.stream().mapToLong(Layer::bytes).sum();
    }

    /** Bytes of all layers. */
    public long totalBytes() {
        return layers.stream().mapToLong(Layer::totalBytes).sum();
    }
}
