package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.unpack.UnpackLimits;
import java.nio.file.Path;

/**
 * How a store works.
 *
 * @param directory of {@code --docker_store_dir}: absolute; made if it is missing
 * @param limits for each layer
 * @param maxParallelDownloads of all images together, 1 to 64
 * @param maxTries of a transfer that brought nothing before it broke, 1 to 20
 */
public record StoreSettings(Path directory, UnpackLimits limits, int maxParallelDownloads, int maxTries) {
    public StoreSettings {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("docker_store_dir=" + directory + ": must be absolute");
        }
        if (maxParallelDownloads < 1 || maxParallelDownloads > 64) {
            throw new IllegalArgumentException("max_parallel_downloads=" + maxParallelDownloads + ": must be 1 to 64");
        }
        if (maxTries < 1 || maxTries > 20) {
            throw new IllegalArgumentException("maxTries=" + maxTries + ": must be 1 to 20");
        }
    }

    /** The defaults: three downloads at a time, as other runtimes have it. */
    public StoreSettings(Path directory) {
        this(directory, UnpackLimits.DEFAULT, 3, 5);
    }

    /** The same with other limits. */
    public StoreSettings with(UnpackLimits others) {
        return new StoreSettings(directory, others, maxParallelDownloads, maxTries);
    }
}
