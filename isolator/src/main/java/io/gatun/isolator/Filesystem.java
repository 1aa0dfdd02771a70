package io.gatun.isolator;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The files of a container.
 *
 * @param image resolved into {@code root} before the launch is planned
 * @param root what it sees as "/"
 * @param workingDirectory of the task, inside the container, absolute; made when it is not there and the root is not the
 *     host's; empty for the sandbox
 * @param readOnlyRoot whether "/" cannot be written to; volumes and sandbox can. Not with the host's files
 * @param volumes mounted in this order
 * @param diskBytes most bytes that sandbox and changes to the root may take, 0 for no limit
 * @param masked whether parts of /proc and /sys that tell or change too much are hidden or read-only; without effect
 *     with the host's files
 */
public record Filesystem(
        Optional<Image> image,
        RootFs root,
        Optional<String> workingDirectory,
        boolean readOnlyRoot,
        List<Volume> volumes,
        long diskBytes,
        boolean masked) {
    /** Where a container with files of its own finds its sandbox; Mesos' {@code --sandbox_directory}. */
    public static final String SANDBOX_DIRECTORY = "/mnt/mesos/sandbox";

    /** The host's files, no volumes. */
    public static final Filesystem DEFAULT =
            new Filesystem(Optional.empty(), new RootFs.Host(), Optional.empty(), false, List.of(), 0);

    public Filesystem {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(root, "root");
        volumes = List.copyOf(volumes);
        if (diskBytes < 0) {
            throw new IllegalArgumentException(
                    "filesystem.diskBytes=" + diskBytes + ": must be 0 (no limit) or positive");
        }
        workingDirectory
                .filter(directory -> !directory.startsWith("/") || directory.indexOf('\0') >= 0)
                .ifPresent(directory -> {
                    throw new IllegalArgumentException("filesystem.workingDirectory=" + directory.replace("\0", "\\0")
                            + ": must be an absolute path");
                });
        if (readOnlyRoot && image.isEmpty() && root instanceof RootFs.Host) {
            throw new IllegalArgumentException(
                    "filesystem.readOnlyRoot=true: needs an image or another root than the host's");
        }
    }

    /** With what should be hidden of /proc and /sys hidden. */
    public Filesystem(
            Optional<Image> image,
            RootFs root,
            Optional<String> workingDirectory,
            boolean readOnlyRoot,
            List<Volume> volumes,
            long diskBytes) {
        this(image, root, workingDirectory, readOnlyRoot, volumes, diskBytes, true);
    }

    /** The same with another root. */
    public Filesystem with(RootFs newRoot) {
        return new Filesystem(image, newRoot, workingDirectory, readOnlyRoot, volumes, diskBytes, masked);
    }

    /** The same with other volumes. */
    public Filesystem with(List<Volume> newVolumes) {
        return new Filesystem(image, root, workingDirectory, readOnlyRoot, newVolumes, diskBytes, masked);
    }

    /** The same with another working directory. */
    public Filesystem withWorkingDirectory(Optional<String> directory) {
        return new Filesystem(image, root, directory, readOnlyRoot, volumes, diskBytes, masked);
    }

    /** The same with a limit of bytes. */
    public Filesystem withDiskBytes(long bytes) {
        return new Filesystem(image, root, workingDirectory, readOnlyRoot, volumes, bytes, masked);
    }

    /** Whether the container has files of its own instead of the host's. */
    public boolean isolated() {
        return !(root instanceof RootFs.Host);
    }
}
