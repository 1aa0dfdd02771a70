package io.gatun.isolator;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Something of the host, of a sandbox or of an image, or a secret, that a container finds at a path of its own.
 *
 * @param source what is mounted
 * @param containerPath where; relative means below the sandbox. Without a {@code .} or {@code ..} in it, and not in
 *     /proc or /sys
 * @param readOnly whether the container may not write to it
 * @param propagation of mounts made later, on either side
 */
public record Volume(Source source, String containerPath, boolean readOnly, Propagation propagation) {
    private static final Path DEV = Path.of("/dev");

    public Volume {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(propagation, "propagation");
        requirePath("volume.containerPath", containerPath);
        Path path = Path.of("/").resolve(containerPath);
        if (path.getNameCount() == 0 || path.startsWith("/proc") || path.startsWith("/sys") || path.equals(DEV)) {
            throw new IllegalArgumentException(
                    "volume.containerPath=" + containerPath + ": must not be /, /dev, or in /proc or /sys");
        }
    }

    /** With the propagation that Mesos has when none is asked for: mounts of the host arrive, none leaves. */
    public Volume(Source source, String containerPath, boolean readOnly) {
        this(source, containerPath, readOnly, Propagation.HOST_TO_CONTAINER);
    }

    /** Mounts that are made below a volume while the container runs; mount_namespaces(7). */
    public enum Propagation {
        /** Neither side sees those of the other: MS_PRIVATE. */
        PRIVATE,
        /** Those of the host arrive: MS_SLAVE. */
        HOST_TO_CONTAINER,
        /** Those of each side arrive at the other, where the host's mount is shared: MS_SHARED. */
        BIDIRECTIONAL
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

    /**
     * A directory of a sandbox, made when it is not there; Mesos' volume/sandbox_path.
     *
     * @param parent the sandbox of the parent container (PARENT); empty for the container's own (SELF)
     * @param path relative, without a {@code ..} in it; symbolic links in it that leave the sandbox are refused
     */
    public record SandboxPath(Optional<Path> parent, String path) implements Source {
        public SandboxPath {
            requirePath("volume.sandboxPath", path);
            if (path.startsWith("/")) {
                throw new IllegalArgumentException("volume.sandboxPath=" + path + ": must be relative");
            }
            parent.filter(sandbox -> !sandbox.isAbsolute()).ifPresent(sandbox -> {
                throw new IllegalArgumentException("volume.sandboxPath.parent=" + sandbox + ": must be absolute");
            });
        }
    }

    /**
     * The files of an image; Mesos' volume/image.
     *
     * @param root what the image was unpacked into; empty until then
     */
    public record ImageFiles(Image image, Optional<RootFs> root) implements Source {
        public ImageFiles {
            Objects.requireNonNull(image, "image");
            if (root.isPresent() && root.get() instanceof RootFs.Host) {
                throw new IllegalArgumentException("volume.image.root=Host: must be the files of an image");
            }
        }
    }

    /**
     * A file with a secret in it, readable by the task's user alone, in memory and never on a disk; Mesos'
     * volume/secret. It does not print what it holds.
     */
    public static final class Secret implements Source {
        private static final int MAX_BYTES = 1 << 20;

        private final byte[] value;

        /**
         * Takes bytes.
         *
         * @param value at most 1 MiB
         */
        public Secret(byte[] value) {
            if (value.length > MAX_BYTES) {
                throw new IllegalArgumentException(
                        "volume.secret=<" + value.length + " bytes>: must be at most " + MAX_BYTES);
            }
            this.value = value.clone();
        }

        /** A copy of the bytes. */
        public byte[] value() {
            return value.clone();
        }

        /** A text in UTF-8. */
        public static Secret of(String text) {
            return new Secret(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Secret secret && Arrays.equals(value, secret.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "<secret>";
        }
    }

    /** The same with another source. */
    public Volume with(Source newSource) {
        return new Volume(newSource, containerPath, readOnly, propagation);
    }

    private static void requirePath(String field, String path) {
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(field + "='" + path.replace("\0", "\\0")
                    + "': must be a path, absolute or relative to the sandbox");
        }
        if (("/" + path + "/").matches(".*/\\.\\.?/.*")) {
            throw new IllegalArgumentException(field + "=" + path + ": must not have . or .. in it");
        }
    }
}
