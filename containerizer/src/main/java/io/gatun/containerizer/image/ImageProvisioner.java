package io.gatun.containerizer.image;

import io.gatun.containerizer.HostPart;
import io.gatun.containerizer.image.archive.Archives;
import io.gatun.containerizer.image.registry.DockerConfig;
import io.gatun.containerizer.image.registry.RegistryImage;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.ImageSource;
import io.gatun.containerizer.image.spec.Reference;
import io.gatun.containerizer.image.store.ImageStore;
import io.gatun.containerizer.image.store.PullStatus;
import io.gatun.containerizer.image.store.StoredImage;
import io.gatun.containerizer.image.unpack.TreeCopy;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Image;
import io.gatun.isolator.RootFs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives containers their images: pulls, prepares a root, merges the configurations, and forgets. One of it per store and
 * containers directory. Any thread.
 */
public final class ImageProvisioner implements HostPart, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageProvisioner.class);

    private final ImageSettings settings;
    private final ContainerImages containers;
    private final ImageStore store;
    private final Optional<Archives> archives;
    private final ImageSettings.Backend backend;

    private ImageProvisioner(
            ImageSettings settings, ContainerImages containers, ImageStore store, ImageSettings.Backend backend) {
        this.settings = settings;
        this.containers = containers;
        this.store = store;
        this.archives = settings.archives().map(Archives::new);
        this.backend = backend;
    }

    /**
     * Opens the store, chooses how layers become one tree, removes what containers left that are gone.
     *
     * @param listener told how far pulls are, in the threads that pull; must be fast
     * @throws IllegalStateException when another agent uses the store, or overlay is asked for and does not work
     */
    public static ImageProvisioner open(ImageSettings settings, Consumer<PullStatus> listener) throws IOException {
        Files.createDirectories(settings.containersDir());
        ContainerImages containers = new ContainerImages(settings.containersDir());
        ImageSettings.Backend backend = backend(settings);
        ImageStore store = ImageStore.open(settings.store(), containers::layersInUse, listener);
        containers.removeForgotten();
        return new ImageProvisioner(settings, containers, store, backend);
    }

    private static ImageSettings.Backend backend(ImageSettings settings) {
        if (settings.backend().equals(Optional.of(ImageSettings.Backend.COPY))) {
            return ImageSettings.Backend.COPY;
        }
        Optional<String> against = OverlayProbe.reasonAgainst(settings.containersDir());
        if (against.isEmpty()) {
            return ImageSettings.Backend.OVERLAY;
        }
        if (settings.backend().isPresent()) {
            throw new IllegalStateException("image_provisioner_backend=overlay: " + against.get());
        }
        LOG.warn("images are copied for each container, overlayfs does not work here: {}", against.get());
        return ImageSettings.Backend.COPY;
    }

    /** How layers become one tree here. */
    public ImageSettings.Backend backend() {
        return backend;
    }

    @Override
    public Made make(ContainerConfig config, Path directory) {
        Optional<Image> image = config.filesystem().image();
        if (image.isEmpty()) {
            return Made.unchanged(config);
        }
        try (ImageStore.Lease lease = lease(image.get())) {
            ContainerConfig merged = RuntimeConfig.apply(config, lease.config());
            ImageUsers.Resolved resolved =
                    ImageUsers.read(lease.layers()).apply(merged, lease.config().user());
            containers.remove(config.id());
            containers.put(config.id(), lease.image(), directory, lease.config().stopSignal());
            RootFs root = root(containers.home(config.id()), lease.layers());
            ContainerConfig made = resolved.config().with(merged.filesystem().with(root));
            return new Made(made, Map.of(), Optional.of(resolved.users()));
        } catch (IOException e) {
            throw new ImageException("image " + image.get().name() + ": " + e.getMessage(), e);
        }
    }

    private ImageStore.Lease lease(Image image) {
        Reference reference = reference(image.name());
        DockerConfig credentials = image.dockerConfig()
                .map(DockerConfig::parse)
                .filter(own -> !own.isEmpty())
                .orElse(settings.credentials());
        return store.get(reference, image.alwaysPull(), wanted -> open(wanted, credentials));
    }

    private Reference reference(String name) {
        return Reference.parse(name, settings.registries().defaultName());
    }

    private ImageSource open(Reference reference, DockerConfig credentials) throws IOException {
        return archives.isPresent()
                ? archives.get().open(reference)
                : new RegistryImage(reference, settings.registries(), credentials);
    }

    private RootFs root(Path home, List<Path> layers) throws IOException {
        if (backend == ImageSettings.Backend.COPY) {
            Path rootfs = Files.createDirectory(home.resolve("rootfs"));
            TreeCopy.copy(layers, rootfs);
            return new RootFs.Directory(rootfs);
        }
        Path upper = Files.createDirectory(home.resolve("upper"));
        Path work = Files.createDirectory(home.resolve("work"));
        TreeCopy.rootAttributes(layers, upper);
        return new RootFs.Overlay(layers, upper, work);
    }

    @Override
    public boolean has(String id, Path directory) {
        return containers.has(id);
    }

    @Override
    public void remove(String id, Path directory) {
        containers.remove(id);
    }

    /** The signal that ends a container's program in an orderly way, as its image has it; empty for SIGTERM. */
    public Optional<String> stopSignal(String id) {
        return containers.get(id).map(ContainerImages.Use::stopSignal).filter(signal -> !signal.isEmpty());
    }

    /** The full name of a container's image; empty when it has none. */
    public Optional<String> imageOf(String id) {
        return containers.get(id).map(ContainerImages.Use::reference);
    }

    /** The pulls that are under way. */
    public List<PullStatus> pulls() {
        return store.pulls();
    }

    /** The images that are there. */
    public List<StoredImage> images() throws IOException {
        return store.images();
    }

    /**
     * Forgets all images that no container has, and removes what nobody needs any more: Mesos' PRUNE_IMAGES.
     *
     * @param excluded names of images that stay
     * @return full names of those that were forgotten
     * @throws ImageException naming what is no image's name
     */
    public List<String> prune(List<String> excluded) throws IOException {
        Set<String> kept = new HashSet<>(fullNames(excluded));
        return store.prune(image -> !kept.contains(image.reference()));
    }

    /** Names as the store has them. */
    List<String> fullNames(List<String> names) {
        return names.stream().map(name -> reference(name).toString()).toList();
    }

    /** Forgets one image, unless a container has it. */
    void forget(String fullName) throws IOException {
        store.prune(image -> image.reference().equals(fullName));
    }

    /** The free part of the store's file system, 0 to 1, as an unprivileged user may use it. */
    double freePart() {
        try {
            FileStore disk = Files.getFileStore(store.directory());
            return (double) disk.getUsableSpace() / Math.max(disk.getTotalSpace(), 1);
        } catch (IOException e) {
            throw new UncheckedIOException(store.directory().toString(), e);
        }
    }

    /** Ends pulls and lets go of the store; containers go on with their roots. */
    @Override
    public void close() {
        store.close();
    }
}
