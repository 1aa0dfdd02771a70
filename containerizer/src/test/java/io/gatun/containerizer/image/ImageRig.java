package io.gatun.containerizer.image;

import io.gatun.containerizer.image.registry.DockerConfig;
import io.gatun.containerizer.image.registry.RegistrySettings;
import io.gatun.containerizer.image.store.StoreSettings;
import io.gatun.containerizer.image.unpack.UnpackLimits;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.Limits;
import io.gatun.isolator.RootFs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A provisioner on directories of a test's own. */
public final class ImageRig implements AutoCloseable {
    final Path base;
    private final ImageSettings settings;
    private ImageProvisioner provisioner;
    /** Told of each step of a pull, in the thread that pulls. */
    volatile Runnable onPull = () -> {};

    private ImageRig(Path base, ImageSettings settings) {
        this.base = base;
        this.settings = settings;
        open();
    }

    /** Images come from a directory; roots are copied, for which nothing needs to be mounted. */
    public static ImageRig archives(Path base, Path images) {
        return new ImageRig(base, settings(base, Optional.of(images), RegistrySettings.parse("docker.io", "", "")));
    }

    /** Images come from registries. */
    public static ImageRig registries(Path base, RegistrySettings registries, DockerConfig credentials) {
        ImageSettings plain = settings(base, Optional.empty(), registries);
        return new ImageRig(
                base,
                new ImageSettings(
                        plain.store(),
                        registries,
                        Optional.empty(),
                        credentials,
                        plain.containersDir(),
                        plain.backend()));
    }

    private static ImageSettings settings(Path base, Optional<Path> images, RegistrySettings registries) {
        return new ImageSettings(
                new StoreSettings(base.resolve("store"), new UnpackLimits(256 << 20, 10_000, 200), 3, 3),
                registries,
                images,
                DockerConfig.EMPTY,
                base.resolve("containers"),
                Optional.of(ImageSettings.Backend.COPY));
    }

    private void open() {
        try {
            provisioner = ImageProvisioner.open(settings, status -> onPull.run());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ImageProvisioner provisioner() {
        return provisioner;
    }

    /** Another agent on the same directories, after this one is gone. */
    public void restart() {
        provisioner.close();
        open();
    }

    public static ContainerConfig container(String id, Path sandbox, Image image, String... argv) {
        return new ContainerConfig(
                        id,
                        List.of("/placeholder"),
                        Map.of(),
                        sandbox,
                        Optional.empty(),
                        Limits.NONE,
                        sandbox.resolve("stdout"),
                        sandbox.resolve("stderr"))
                .with(new Filesystem(Optional.of(image), new RootFs.Host(), Optional.empty(), false, List.of(), 0))
                .withArgv(List.of(argv));
    }

    public static Image image(String name) {
        return new Image(name, false, List.of(), Optional.empty());
    }

    /** Makes a container's root; its configuration afterwards. */
    public ContainerConfig make(String id, Image image, String... argv) {
        try {
            Path runtime = Files.createDirectories(base.resolve("runtime").resolve(id));
            return provisioner.make(container(id, base, image, argv), runtime).config();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path root(ContainerConfig config) {
        return ((RootFs.Directory) config.filesystem().root()).path();
    }

    /** How many images the store has. */
    public int provisionerImages() {
        try {
            return provisioner.images().size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All files below the store, with their sizes; what staging and locks leave is not there. */
    public Map<String, Long> stored() {
        return files(base.resolve("store"));
    }

    public static Map<String, Long> files(Path directory) {
        Map<String, Long> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            walk.filter(path -> !Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .forEach(path -> files.put(
                            directory.relativize(path).toString(), path.toFile().length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    @Override
    public void close() {
        provisioner.close();
    }
}
