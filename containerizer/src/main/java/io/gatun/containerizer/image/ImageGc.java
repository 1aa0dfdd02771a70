package io.gatun.containerizer.image;

import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.store.StoredImage;
import io.gatun.ffm.SyscallException;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks how full the store's disk is and forgets images, the longest unused first, until there is room. Images of running
 * containers stay, as do those that are excluded.
 */
public final class ImageGc implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageGc.class);

    private final ImageProvisioner images;
    private final ImageGcConfig config;
    private final DoubleSupplier freePart;
    private final ScheduledExecutorService watch;
    private final ScheduledFuture<?> looks;

    private ImageGc(ImageProvisioner images, ImageGcConfig config, DoubleSupplier freePart) {
        this.images = images;
        this.config = config;
        this.freePart = freePart;
        this.watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "gatun-image-gc");
            thread.setDaemon(true);
            return thread;
        });
        long intervalNs = config.watchInterval().toNanos();
        this.looks = watch.scheduleWithFixedDelay(this::look, intervalNs, intervalNs, TimeUnit.NANOSECONDS);
    }

    /** Starts to watch. */
    public static ImageGc start(ImageProvisioner images, ImageGcConfig config) {
        return start(images, config, images::freePart);
    }

    /** The same with another way to ask for the free part of the disk, 0 to 1. */
    static ImageGc start(ImageProvisioner images, ImageGcConfig config, DoubleSupplier freePart) {
        return new ImageGc(images, config, freePart);
    }

    /** One look. An error is logged: the next look may succeed, and an agent does not end for want of room. */
    void look() {
        try {
            collect();
        } catch (IOException | ImageException | SyscallException e) {
            LOG.warn("images could not be collected: {}", e.getMessage());
        }
    }

    private void collect() throws IOException {
        double before = freePart.getAsDouble();
        if (before >= config.headroom()) {
            return;
        }
        LOG.info("free part of the image disk: {}, below image_disk_headroom={}", before, config.headroom());
        // What a crash left of pulls that nobody asks for again comes before any image.
        images.collect();
        Set<String> excluded = new HashSet<>(images.fullNames(config.excludedImages()));
        List<StoredImage> oldestFirst = images.images().stream()
                .filter(image -> !excluded.contains(image.reference()))
                .sorted(Comparator.comparing(StoredImage::lastUsed))
                .toList();
        for (StoredImage image : oldestFirst) {
            if (freePart.getAsDouble() >= config.headroom()) {
                return;
            }
            images.forget(image.reference());
        }
    }

    /** Stops watching; does not wait. */
    @Override
    public void close() {
        looks.cancel(false);
        watch.shutdownNow();
    }
}
