package io.gatun.containerizer.image.unpack;

/**
 * What one layer may be at most, against archives made to fill a disk or a memory.
 *
 * @param maxBytes uncompressed, holes of sparse files included; at least 1 MiB
 * @param maxEntries files, directories, links; at least 1
 * @param maxRatio uncompressed bytes for each compressed one, asked for beyond the first 64 MiB; at least 1
 */
public record UnpackLimits(long maxBytes, long maxEntries, long maxRatio) {
    /** 32 GiB, a million entries, 200 times: several times what the largest images in use have. */
    public static final UnpackLimits DEFAULT = new UnpackLimits(32L << 30, 1_000_000, 200);

    static final long RATIO_FREE_BYTES = 64L << 20;

    public UnpackLimits {
        require(maxBytes >= 1 << 20, "max_layer_bytes", maxBytes, "must be at least 1 MiB");
        require(maxEntries >= 1, "max_layer_entries", maxEntries, "must be at least 1");
        require(maxRatio >= 1, "max_layer_ratio", maxRatio, "must be at least 1");
    }

    private static void require(boolean holds, String field, long value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(field + "=" + value + ": " + rule);
        }
    }
}
