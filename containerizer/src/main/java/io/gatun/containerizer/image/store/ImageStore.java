package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.ImageConfig;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.ImageSource;
import io.gatun.containerizer.image.spec.Reference;
import io.gatun.ffm.SyscallException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images of a node: pulled once, kept until collected. Any thread. */
public final class ImageStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);

    private final StoreDirectory directory;
    private final BlobStore blobs;
    private final LayerStore layers;
    private final ReferenceIndex references;
    private final Pins pins = new Pins();
    private final Collector collector;
    private final ThreadPoolExecutor downloads;
    private final Puller puller;
    private final Set<Pull> pulls = ConcurrentHashMap.newKeySet();
    private final Consumer<PullStatus> listener;

    private ImageStore(
            StoreDirectory directory,
            StoreSettings settings,
            Supplier<Set<Digest>> inUse,
            Consumer<PullStatus> listener) {
        this.directory = directory;
        this.listener = listener;
        this.blobs = new BlobStore(directory, settings);
        this.layers = new LayerStore(directory, settings.limits());
        this.references = new ReferenceIndex(directory);
        this.collector = new Collector(directory, blobs, layers, references, pins, inUse);
        AtomicInteger number = new AtomicInteger();
        int threads = settings.maxParallelDownloads();
        this.downloads =
                new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "gatun-image-download-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        this.downloads.allowCoreThreadTimeOut(true);
        this.puller = new Puller(blobs, layers, pins, downloads);
    }

    /**
     * Opens a store; what a crash left half made is removed, half transferred blobs stay and are continued.
     *
     * @param inUse asks which layers, by chain id, containers have: those are never collected
     * @param listener told of every change of every pull, in the threads that make it; must be fast
     * @throws IllegalStateException when another agent uses the directory
     */
    public static ImageStore open(StoreSettings settings, Supplier<Set<Digest>> inUse, Consumer<PullStatus> listener)
            throws IOException {
        return new ImageStore(StoreDirectory.open(settings.directory()), settings, inUse, listener);
    }

    /** Opens the source of an image; asked only if the store does not have it. */
    public interface Opener {
        ImageSource open(Reference reference) throws IOException;
    }

    /**
     * An image for a container, kept in the store until this is closed.
     *
     * @param layers roots of its layers, the top one first
     */
    public record Lease(StoredImage image, ImageConfig config, List<Path> layers, AutoCloseable pin)
            implements AutoCloseable {
        @Override
        public void close() {
            ((Pins.Pin) pin).close();
        }
    }

    /**
     * Gives an image, pulled if it is not there.
     *
     * @param alwaysPull asks the source even if the name is known: it may lead to another image now
     * @throws ImageException naming the image and why it cannot be had; nothing of a refused image is left
     */
    public Lease get(Reference reference, boolean alwaysPull, Opener opener) {
        try {
            Optional<Lease> present = alwaysPull ? Optional.empty() : find(reference);
            Lease lease = present.isPresent() ? present.get() : pull(reference, opener);
            references.used(reference.toString());
            return lease;
        } catch (ImageException e) {
            throw named(reference, e);
        } catch (IOException | SyscallException e) {
            throw new ImageException("image " + reference + ": " + e.getMessage(), e);
        }
    }

    private static ImageException named(Reference reference, ImageException e) {
        return e.getMessage().startsWith("image " + reference)
                ? e
                : new ImageException("image " + reference + ": " + e.getMessage(), e);
    }

    private Optional<Lease> find(Reference reference) throws IOException {
        Optional<StoredImage> stored = references.get(reference.toString());
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        StoredImage image = stored.get();
        Pins.Pin pin = pins.pin(kept(image));
        Optional<byte[]> config = blobs.read(image.config());
        if (config.isPresent() && image.layers().stream().allMatch(layers::has)) {
            return Optional.of(lease(image, config.get(), pin));
        }
        pin.close();
        return Optional.empty();
    }

    private static List<Digest> kept(StoredImage image) {
        List<Digest> kept = new ArrayList<>(image.layers());
        kept.add(image.config());
        kept.add(image.manifest());
        return kept;
    }

    private Lease pull(Reference reference, Opener opener) throws IOException {
        try (ImageSource source = opener.open(reference)) {
            Pull progress = new Pull(reference.toString(), source.name(), listener);
            Set<Digest> parts = new HashSet<>();
            pulls.add(progress);
            try {
                Puller.Pulled pulled = puller.pull(reference, source, progress, parts);
                // Before the name: who finds the name looks for no archives, which a crash in between would leave.
                collector.dropArchives(pulled.archives());
                references.put(pulled.image());
                progress.done();
                byte[] config = blobs.read(pulled.image().config()).orElseThrow();
                return lease(pulled.image(), config, pulled.pin());
            } catch (ImageException e) {
                // Nothing of it is left; what others began and a crash broke off is.
                collector.collect(parts::contains);
                throw e;
            } finally {
                pulls.remove(progress);
            }
        }
    }

    private Lease lease(StoredImage image, byte[] config, Pins.Pin pin) throws IOException {
        List<Path> roots = new ArrayList<>();
        for (Digest chain : image.layers().reversed()) {
            roots.add(layers.link(chain));
        }
        return new Lease(image, ImageConfig.parse(config), roots, pin);
    }

    /** Where the files of a layer are, by its chain id. */
    public Path files(Digest chain) {
        return layers.files(chain);
    }

    /** The pulls that are under way. */
    public List<PullStatus> pulls() {
        return pulls.stream().map(Pull::status).toList();
    }

    /** The images that are there. */
    public List<StoredImage> images() throws IOException {
        return references.list();
    }

    /**
     * Forgets images and removes what nobody needs any more; what containers use stays on disk until they end.
     *
     * @param chosen which of the images, by full name
     * @return full names of those that were forgotten
     */
    public List<String> prune(Predicate<StoredImage> chosen) throws IOException {
        List<String> forgotten = new ArrayList<>();
        for (StoredImage image : references.list()) {
            if (chosen.test(image) && !collector.isUsed(image)) {
                references.remove(image.reference());
                forgotten.add(image.reference());
            }
        }
        collector.collect(each -> true);
        LOG.info("images forgotten: {}", forgotten);
        return forgotten;
    }

    /** When a name was last used; empty when the store does not have it. */
    public Optional<Instant> lastUsed(Reference reference) throws IOException {
        return references.get(reference.toString()).map(StoredImage::lastUsed);
    }

    /** The directory, to ask how full its file system is. */
    public Path directory() {
        return directory.root();
    }

    /** Ends downloads, lets go of the lock. */
    @Override
    public void close() {
        downloads.shutdownNow();
        directory.close();
    }
}
