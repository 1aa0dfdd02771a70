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
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.UserDatabase;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives containers their images: pulls, prepares a root, merges the configurations, and forgets. One of it per store and
 * containers directory. Any thread.
 */
public final class ImageProvisioner implements HostPart, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageProvisioner.class);

    private static final int USERS_MAX_BYTES = 4 << 20;

    private final ImageSettings settings;
    private final ContainerImages containers;
    private final ImageStore store;
    private final Optional<Archives> archives;
    private final ImageSettings.Backend backend;
    /** By container: the image that it waits for now. */
    private final ConcurrentMap<String, String> wanted = new ConcurrentHashMap<>();

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
        Filesystem files = config.filesystem();
        if (files.image().isEmpty() && files.volumes().stream().noneMatch(ImageProvisioner::needsImage)) {
            return Made.unchanged(config);
        }
        List<ImageStore.Lease> leases = new ArrayList<>();
        try {
            for (Image image : images(files)) {
                wanted.put(config.id(), reference(image.name()).toString());
                leases.add(lease(image));
            }
            containers.remove(config.id());
            containers.put(config.id(), leases, files.image().isPresent(), directory);
            return made(config, leases);
        } catch (IOException e) {
            throw new ImageException("container " + config.id() + ": " + e.getMessage(), e);
        } finally {
            wanted.remove(config.id());
            leases.forEach(ImageStore.Lease::close);
        }
    }

    private static List<Image> images(Filesystem files) {
        List<Image> images = new ArrayList<>();
        files.image().ifPresent(images::add);
        files.volumes().stream()
                .filter(ImageProvisioner::needsImage)
                .forEach(volume -> images.add(((Volume.ImageFiles) volume.source()).image()));
        return images;
    }

    @Override
    public Optional<String> progress(String id) {
        return Optional.ofNullable(wanted.get(id))
                .map(image -> store.pulls().stream()
                        .filter(pull -> pull.reference().equals(image))
                        .findFirst()
                        .map(PullStatus::toText)
                        .orElse(image));
    }

    private static boolean needsImage(Volume volume) {
        return volume.source() instanceof Volume.ImageFiles files
                && files.root().isEmpty();
    }

    /** @param leases of the root if it is an image, then of the volumes that are */
    private Made made(ContainerConfig config, List<ImageStore.Lease> leases) throws IOException {
        Path home = containers.home(config.id());
        Deque<ImageStore.Lease> next = new ArrayDeque<>(leases);
        ContainerConfig merged = config;
        Optional<UserDatabase> users = Optional.empty();
        if (config.filesystem().image().isPresent()) {
            ImageStore.Lease lease = next.pop();
            if (!lease.config().stopSignal().isEmpty()) {
                // Refused now, and not when it is to be sent.
                StopSignal.parse(lease.config().stopSignal());
            }
            merged = RuntimeConfig.apply(config, lease.config());
            merged = merged.with(merged.filesystem().with(root(home.resolve("root"), lease.layers())));
            users = Optional.of(users(lease.layers()));
        }
        List<Volume> volumes = new ArrayList<>();
        for (Volume volume : config.filesystem().volumes()) {
            volumes.add(
                    needsImage(volume)
                            ? mounted(
                                    volume,
                                    root(
                                            home.resolve("volume-" + volumes.size()),
                                            next.pop().layers()))
                            : volume);
        }
        return new Made(merged.with(merged.filesystem().with(volumes)), Map.of(), users);
    }

    private static Volume mounted(Volume volume, RootFs root) {
        Image image = ((Volume.ImageFiles) volume.source()).image();
        return new Volume(
                new Volume.ImageFiles(image, Optional.of(root)),
                volume.containerPath(),
                volume.readOnly(),
                volume.propagation());
    }

    private static UserDatabase users(List<Path> layers) {
        return UserDatabase.ofImage(
                ImageFiles.read(layers, "etc/passwd", USERS_MAX_BYTES).orElse(new byte[0]),
                ImageFiles.read(layers, "etc/group", USERS_MAX_BYTES).orElse(new byte[0]));
    }

    private ImageStore.Lease lease(Image image) {
        Reference reference = reference(image.name());
        DockerConfig credentials = image.dockerConfig()
                .map(DockerConfig::parse)
                .filter(own -> !own.isEmpty())
                .orElse(settings.credentials());
        return store.get(reference, image.alwaysPull(), name -> open(name, credentials));
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
        Files.createDirectory(home);
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

    @Override
    public OptionalInt stopSignal(String id, Path directory) {
        String named = containers.get(id).map(ContainerImages.Use::stopSignal).orElse("");
        return named.isEmpty() ? OptionalInt.empty() : OptionalInt.of(StopSignal.parse(named));
    }

    /** The full name of a container's image; empty when it has none. */
    public Optional<String> imageOf(String id) {
        return containers.get(id).map(ContainerImages.Use::reference).filter(name -> !name.isEmpty());
    }

    /** The pulls that are under way. */
    public List<PullStatus> pulls() {
        return store.pulls();
    }

    /** The images that are there. */
    public List<StoredImage> images() throws IOException {
        return store.images();
    }

    /** {@link #prune}, for the containerizer. */
    @Override
    public List<String> pruneImages(List<String> excluded) {
        try {
            return prune(excluded);
        } catch (IOException e) {
            throw new UncheckedIOException("docker_store_dir=" + store.directory(), e);
        }
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

    /** Roots of the layers of an image that is there, the top one first. */
    List<Path> layers(String name) {
        try (ImageStore.Lease lease = lease(new Image(name, false, List.of(), Optional.empty()))) {
            return lease.layers();
        }
    }

    /** Names as the store has them. */
    List<String> fullNames(List<String> names) {
        return names.stream().map(name -> reference(name).toString()).toList();
    }

    /** Removes what no image and no container needs; forgets none. */
    void collect() throws IOException {
        store.prune(image -> false);
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
