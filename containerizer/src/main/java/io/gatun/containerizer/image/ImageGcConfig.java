package io.gatun.containerizer.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.image.spec.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When images are collected by themselves: Mesos' {@code --image_gc_config}, an ImageGcConfig message as JSON.
 *
 * @param headroom free part of the store's file system below which images go, more than 0 and less than 1
 * @param watchInterval between two looks at it, at least a second
 * @param excludedImages names of images that stay
 */
public record ImageGcConfig(double headroom, Duration watchInterval, List<String> excludedImages) {
    private static final double DEFAULT_HEADROOM = 0.1;
    private static final long DEFAULT_INTERVAL_NS = Duration.ofHours(1).toNanos();

    public ImageGcConfig {
        excludedImages = List.copyOf(excludedImages);
        if (!(headroom > 0 && headroom < 1)) {
            throw new IllegalArgumentException("image_gc_config.image_disk_headroom=" + headroom
                    + ": must be more than 0 and less than 1, a part of the disk");
        }
        if (watchInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("image_gc_config.image_disk_watch_interval.nanoseconds="
                    + watchInterval.toNanos() + ": must be at least a second");
        }
    }

    /**
     * From JSON: {@code {"image_disk_headroom": 0.1, "image_disk_watch_interval": {"nanoseconds": 3600000000000},
     * "excluded_images": [{"type": "DOCKER", "docker": {"name": "base"}}]}}; what is absent is as here.
     *
     * @throws RuntimeException naming the field that breaks a rule
     */
    public static ImageGcConfig parse(String text) {
        JsonNode json = Json.object(text.getBytes(StandardCharsets.UTF_8), "image_gc_config");
        json.fieldNames().forEachRemaining(ImageGcConfig::requireKnown);
        JsonNode headroom = json.path("image_disk_headroom");
        if (!headroom.isMissingNode() && !headroom.isNumber()) {
            throw new IllegalArgumentException(
                    "image_gc_config.image_disk_headroom=" + headroom + ": must be a number");
        }
        JsonNode interval = json.path("image_disk_watch_interval");
        if (!interval.isMissingNode() && !interval.path("nanoseconds").isIntegralNumber()) {
            throw new IllegalArgumentException(
                    "image_gc_config.image_disk_watch_interval=" + interval + ": must be {\"nanoseconds\": NUMBER}");
        }
        List<String> excluded = new ArrayList<>();
        for (JsonNode image : json.path("excluded_images")) {
            String name = image.path("docker").path("name").asText("");
            if (name.isEmpty()) {
                throw new IllegalArgumentException(
                        "image_gc_config.excluded_images=" + image + ": must be {\"docker\": {\"name\": NAME}}");
            }
            excluded.add(name);
        }
        return new ImageGcConfig(
                headroom.asDouble(DEFAULT_HEADROOM),
                Duration.ofNanos(interval.path("nanoseconds").asLong(DEFAULT_INTERVAL_NS)),
                excluded);
    }

    private static void requireKnown(String field) {
        if (!List.of("image_disk_headroom", "image_disk_watch_interval", "excluded_images")
                .contains(field)) {
            throw new IllegalArgumentException("image_gc_config." + field + ": is no field of an ImageGcConfig");
        }
    }
}
