package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine fetches an image and tells how far it is. */
final class ImagePull {
    private static final Logger LOG = LoggerFactory.getLogger(ImagePull.class);
    private static final long REPORT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long STALL_S = 300;
    private static final double MIB = 1 << 20;

    private final String image;
    /** Bytes that are here and bytes to come, by layer. */
    private final Map<String, long[]> layers = new HashMap<>();

    private volatile Optional<String> error = Optional.empty();
    private volatile long progressNs = System.nanoTime();
    private long reportedNs = System.nanoTime();

    private final Consumer<String> listener;

    private ImagePull(String image, Consumer<String> listener) {
        this.image = image;
        this.listener = listener;
    }

    /**
     * Pulls and waits until the image is complete. Closing the stream gives up, which ends the engine's pull too.
     *
     * @param started gets the stream, so that somebody else can close it
     * @param listener told how far it is, for people; must be fast
     * @throws EngineException in the engine's words, or when nothing moved for five minutes
     */
    static void run(
            Engine engine,
            String image,
            Optional<String> auth,
            Consumer<EngineStream> started,
            Consumer<String> listener) {
        ImagePull pull = new ImagePull(image, listener);
        listener.accept(image);
        LOG.info("image {}: the engine pulls it", image);
        EngineStream stream = engine.pull(ImageName.parse(image), auth, new JsonLines(pull::progress));
        started.accept(stream);
        pull.await(stream);
        pull.error.ifPresent(message -> {
            throw new EngineException(500, "docker: pull " + image + ": " + message);
        });
    }

    private void await(EngineStream stream) {
        while (true) {
            long quietNs = System.nanoTime() - progressNs;
            try {
                stream.end().get(TimeUnit.SECONDS.toNanos(STALL_S) - quietNs, TimeUnit.NANOSECONDS);
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() - progressNs >= TimeUnit.SECONDS.toNanos(STALL_S)) {
                    stream.close();
                    throw new EngineException(0, "docker: pull " + image + ": no progress for " + STALL_S + " s", e);
                }
            } catch (ExecutionException e) {
                throw EngineException.unwrap(e);
            } catch (InterruptedException e) {
                stream.close();
                Thread.currentThread().interrupt();
                throw new EngineException(0, "docker: pull " + image + ": interrupted", e);
            }
        }
    }

    private void progress(JsonNode line) {
        progressNs = System.nanoTime();
        if (line.hasNonNull("error")) {
            error = Optional.of(line.path("error").asText());
            return;
        }
        JsonNode detail = line.path("progressDetail");
        if (line.hasNonNull("id") && detail.path("total").asLong() > 0) {
            // Downloading and extracting count the same bytes; the last word on a layer stands.
            layers.put(line.path("id").asText(), new long[] {
                detail.path("current").asLong(), detail.path("total").asLong()
            });
            listener.accept(image + ", " + summary());
        }
        if (progressNs - reportedNs > REPORT_NS) {
            reportedNs = progressNs;
            LOG.info("image {}: {}", image, summary());
        }
    }

    private String summary() {
        long current = layers.values().stream().mapToLong(layer -> layer[0]).sum();
        long total = layers.values().stream().mapToLong(layer -> layer[1]).sum();
        return String.format(
                java.util.Locale.ROOT, "%.1f of %.1f MiB of %d layers", current / MIB, total / MIB, layers.size());
    }
}
