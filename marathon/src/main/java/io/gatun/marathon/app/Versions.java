package io.gatun.marathon.app;

/**
 * When a definition was made, and what that changed. Instances older than lastConfigChangeAt are outdated.
 *
 * @param version unique within the app; its name in {@code /versions/{version}}
 */
public record Versions(Timestamp version, Timestamp lastScalingAt, Timestamp lastConfigChangeAt) {
    /** Of a definition that is no app's yet. */
    public static final Versions NONE = new Versions(new Timestamp(0), new Timestamp(0), new Timestamp(0));
}
