package io.gatun.isolator;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Something of the host, of a sandbox or of an image that a container finds at a path of its own.
 *
 * @param source what is mounted
 * @param containerPath where; relative means below the sandbox
 * @param readOnly whether the container may not write to it
 */
public record Volume(Source source, String containerPath, boolean readOnly) {
    public Volume {
        Objects.requireNonNull(source, "source");
        if (containerPath.isEmpty() || containerPath.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("volume.containerPath='" + containerPath.replace("\0", "\\0")
                    + "': must be a path, absolute or relative to the sandbox");
        }
    }

    /** What is mounted. */
    public sealed interface Source {}

    /** A file or directory of the host; Mesos' volume/host_path. */
    public record HostPath(Path path) implements Source {
        public HostPath {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("volume.hostPath=" + path + ": must be absolute");
            }
        }
    }
}
