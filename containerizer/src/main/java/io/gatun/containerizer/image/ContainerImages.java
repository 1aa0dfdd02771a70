package io.gatun.containerizer.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.Json;
import io.gatun.containerizer.image.store.ImageStore;
import io.gatun.ffm.file.TreeRemoval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which container has which layers, on disk: what survives the agent.
 *
 * <pre>
 *  ID/image.json        reference, layers, runtime directory; before anything else
 *  ID/root/upper, work  overlayfs' own, or
 *  ID/root/rootfs       the copy
 *  ID/volume-N/...      the same for each volume that is an image
 * </pre>
 */
final class ContainerImages {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerImages.class);
    private static final String RECORD = "image.json";

    private final Path directory;

    ContainerImages(Path directory) {
        this.directory = directory;
    }

    /**
     * A container's image.
     *
     * @param reference full name of the root's image; empty when only volumes are images
     * @param layers chain ids
     * @param runtime the container's runtime directory
     * @param stopSignal as the image has it; may be empty
     */
    record Use(String reference, List<Digest> layers, Path runtime, String stopSignal) {
        Use {
            layers = List.copyOf(layers);
        }
    }

    Path home(String id) {
        return directory.resolve(id);
    }

    boolean has(String id) {
        return Files.exists(home(id));
    }

    /**
     * Notes what a container will have; appears whole or not at all.
     *
     * @param leases of the root's image, if {@code hasRoot}, and of those of volumes
     */
    void put(String id, List<ImageStore.Lease> leases, boolean hasRoot, Path runtime) throws IOException {
        Set<String> layers = new LinkedHashSet<>();
        leases.forEach(lease -> lease.image().layers().forEach(layer -> layers.add(layer.toString())));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("reference", hasRoot ? leases.getFirst().image().reference() : "");
        json.put("layers", layers);
        json.put("runtime", runtime.toString());
        json.put("stop_signal", hasRoot ? leases.getFirst().config().stopSignal() : "");
        Files.createDirectories(home(id));
        Path temporary = home(id).resolve(RECORD + ".new");
        Files.write(temporary, Json.bytes(json));
        Files.move(temporary, home(id).resolve(RECORD), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What a container has; empty when it has no image, or nothing was noted yet. */
    Optional<Use> get(String id) {
        Path file = home(id).resolve(RECORD);
        try {
            JsonNode json = Json.object(Files.readAllBytes(file), file.toString());
            Set<Digest> layers = new LinkedHashSet<>();
            json.path("layers").forEach(layer -> layers.add(Digest.parse(layer.asText())));
            return Optional.of(new Use(
                    json.path("reference").asText(),
                    List.copyOf(layers),
                    Path.of(json.path("runtime").asText()),
                    json.path("stop_signal").asText("")));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (ImageException e) {
            LOG.warn("{}: {}", file, e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** The layers of all containers. */
    Set<Digest> layersInUse() {
        Set<Digest> layers = new HashSet<>();
        ids().forEach(id -> get(id).ifPresent(use -> layers.addAll(use.layers())));
        return layers;
    }

    private Set<String> ids() {
        Set<String> ids = new HashSet<>();
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(directory)) {
            homes.forEach(home -> ids.add(home.getFileName().toString()));
            return ids;
        } catch (NoSuchFileException e) {
            return ids;
        } catch (IOException e) {
            throw new UncheckedIOException(directory.toString(), e);
        }
    }

    void remove(String id) {
        TreeRemoval.remove(home(id));
    }

    /** Removes what belongs to containers that nobody remembers: their runtime directory is gone, as after a reboot. */
    void removeForgotten() {
        for (String id : ids()) {
            boolean forgotten =
                    get(id).map(use -> !Files.isDirectory(use.runtime())).orElse(true);
            if (forgotten) {
                LOG.info("container {}: is gone, its changes to the image are removed", id);
                remove(id);
            }
        }
    }
}
