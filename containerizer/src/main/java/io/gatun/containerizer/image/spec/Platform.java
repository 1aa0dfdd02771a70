package io.gatun.containerizer.image.spec;

import io.gatun.ffm.Arch;

/**
 * What an image runs on; OCI image specification, image-index.md, with the architecture names of Go.
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64}
 * @param variant such as {@code v8}; empty where there is none
 */
public record Platform(String os, String architecture, String variant) {
    /** The platform of this host. */
    public static Platform host() {
        return switch (Arch.current()) {
            case X86_64 -> new Platform("linux", "amd64", "");
            case AARCH64 -> new Platform("linux", "arm64", "v8");
        };
    }

    /**
     * How well an image of another platform runs here.
     *
     * @return 0 for not at all; the greater the better
     */
    public int suits(Platform image) {
        if (!os.equals(image.os) || !architecture.equals(image.architecture)) {
            return 0;
        }
        if (variant.equals(image.variant)) {
            return 3;
        }
        // An image without a variant is for the oldest processors of the architecture; v8 is the only arm64 there was.
        return image.variant.isEmpty() ? 2 : baseline(image) ? 1 : 0;
    }

    private static boolean baseline(Platform image) {
        String name = image.architecture + "/" + image.variant;
        return name.equals("amd64/v1") || name.equals("arm64/v8");
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
