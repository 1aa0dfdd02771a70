package io.gatun.isolator;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The files of a container.
 *
 * @param image resolved into {@code root} before the launch is planned
 * @param root what it sees as "/"
 * @param workingDirectory of the task, inside the container; the sandbox when empty
 * @param readOnlyRoot whether "/" cannot be written to; volumes and sandbox can
 * @param volumes mounted in this order
 * @param diskBytes most bytes that sandbox and changes to the root may take, 0 for no limit
 */
public record Filesystem(
        Optional<Image> image,
        RootFs root,
        Optional<String> workingDirectory,
        boolean readOnlyRoot,
        List<Volume> volumes,
        long diskBytes) {
    /** The host's files, no volumes. */
    public static final Filesystem DEFAULT =
            new Filesystem(Optional.empty(), new RootFs.Host(), Optional.empty(), false, List.of(), 0);

    public Filesystem {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(workingDirectory, "workingDirectory");
        volumes = List.copyOf(volumes);
        if (diskBytes < 0) {
            throw new IllegalArgumentException(
                    "filesystem.diskBytes=" + diskBytes + ": must be 0 (no limit) or positive");
        }
    }

    /** The same with another root. */
    public Filesystem with(RootFs newRoot) {
        return new Filesystem(image, newRoot, workingDirectory, readOnlyRoot, volumes, diskBytes);
    }

    /** The same with other volumes. */
    public Filesystem with(List<Volume> newVolumes) {
        return new Filesystem(image, root, workingDirectory, readOnlyRoot, newVolumes, diskBytes);
    }

    /** Whether the container has files of its own instead of the host's. */
    public boolean isolated() {
        return !(root instanceof RootFs.Host);
    }
}
