package io.gatun.isolator;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The image that a container's root is made of.
 *
 * @param name a Docker reference: {@code [registry[:port]/]repository[:tag][@digest]}
 * @param alwaysPull asks the registry even when the image is stored (Mesos: {@code cached = false}, force_pull_image)
 * @param arguments take the place of the image's Cmd when the container's {@code argv} is empty
 * @param dockerConfig credentials for this image, in the format of Docker's config.json; never printed
 */
public record Image(String name, boolean alwaysPull, List<String> arguments, Optional<String> dockerConfig) {
    public Image {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("image.name='': must name an image");
        }
        arguments = List.copyOf(arguments);
        Objects.requireNonNull(dockerConfig, "dockerConfig");
    }

    /** Its text has no credentials in it. */
    @Override
    public String toString() {
        return "Image[name=" + name + ", alwaysPull=" + alwaysPull + ", arguments=" + arguments + "]";
    }
}
