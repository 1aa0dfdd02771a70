package io.gatun.containerizer.image;

import io.gatun.containerizer.image.registry.DockerConfig;
import io.gatun.containerizer.image.registry.RegistrySettings;
import io.gatun.containerizer.image.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How images are had and given to containers.
 *
 * @param store where they are kept
 * @param registries where they come from; not asked when {@code archives} is there
 * @param archives of {@code --docker_registry} when it is a path: a directory of archives and layouts
 * @param credentials of {@code --docker_config}
 * @param containersDir where the changes of containers are kept: {@code work_dir/provisioner/containers}
 * @param backend of {@code --image_provisioner_backend}; empty for overlay where it works, else copy
 */
public record ImageSettings(
        StoreSettings store,
        RegistrySettings registries,
        Optional<Path> archives,
        DockerConfig credentials,
        Path containersDir,
        Optional<Backend> backend) {
    public ImageSettings {
        if (!containersDir.isAbsolute()) {
            throw new IllegalArgumentException("containersDir=" + containersDir + ": must be absolute");
        }
    }

    /**
     * From the agent's flags.
     *
     * @param registry {@code --docker_registry}: a URL, a host, or the path of a directory of archives and layouts
     * @param mirrors {@code --docker_registry_mirrors}; see {@link RegistrySettings#parse}
     * @param plainHttp {@code --docker_plain_http_registries}; see {@link RegistrySettings#parse}
     * @param dockerConfig {@code --docker_config}: JSON, the path of a file of it, or nothing
     * @param store {@code --docker_store_dir} and {@code --max_layer_*}
     * @param workDir {@code --work_dir}
     * @param backend {@code --image_provisioner_backend}; see {@link Backend#parse}
     * @throws RuntimeException naming the flag, its value unless it is a secret, and the rule
     */
    public static ImageSettings parse(
            String registry,
            String mirrors,
            String plainHttp,
            String dockerConfig,
            StoreSettings store,
            Path workDir,
            String backend) {
        String path = registry.startsWith("file://") ? registry.substring("file://".length()) : registry;
        boolean archives = path.startsWith("/");
        return new ImageSettings(
                store,
                RegistrySettings.parse(archives ? "https://registry-1.docker.io" : registry, mirrors, plainHttp),
                archives ? Optional.of(Path.of(path)) : Optional.empty(),
                credentials(dockerConfig),
                workDir.resolve("provisioner/containers"),
                Backend.parse(backend));
    }

    private static DockerConfig credentials(String flag) {
        if (flag.isBlank()) {
            return DockerConfig.EMPTY;
        }
        if (flag.stripLeading().startsWith("{")) {
            return DockerConfig.parse(flag);
        }
        Path file = Path.of(flag.startsWith("file://") ? flag.substring("file://".length()) : flag);
        try {
            return DockerConfig.parse(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("docker_config=" + file + ": cannot be read: " + e, e);
        }
    }

    /** How layers become one tree. */
    public enum Backend {
        /** overlayfs: nothing is copied. */
        OVERLAY,
        /** All layers are copied for each container. */
        COPY;

        /**
         * From the flag.
         *
         * @param text {@code overlay}, {@code copy}, or nothing
         */
        public static Optional<Backend> parse(String text) {
            return switch (text) {
                case "" -> Optional.empty();
                case "overlay" -> Optional.of(OVERLAY);
                case "copy" -> Optional.of(COPY);
                default ->
                    throw new IllegalArgumentException(
                            "image_provisioner_backend=" + text + ": must be overlay or copy");
            };
        }
    }
}
