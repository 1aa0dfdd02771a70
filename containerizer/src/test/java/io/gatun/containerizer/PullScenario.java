package io.gatun.containerizer;

import io.gatun.containerizer.image.ImageProvisioner;
import io.gatun.containerizer.image.ImageSettings;
import io.gatun.containerizer.image.store.PullStatus;
import io.gatun.containerizer.image.store.StoreSettings;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.Limits;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What an agent does with images when it is killed, and where they come from. */
enum PullScenario {
    /** It pulls from a registry. */
    REGISTRY(40),
    /** It pulls from a registry what was there in part. */
    RESUMED(30),
    /** It takes an image from an OCI layout. */
    LAYOUT(16),
    /** It takes an image from an archive of docker save, and copies its files for each container. */
    SAVED(16),
    /** It removes images that no container has. */
    COLLECTED(18),
    /** It opens a store in which agents before it left all that they can leave. */
    OPENED(14);

    /** The chain's file with the registry's host and port. */
    static final String REGISTRY_FILE = "registry";

    private static final int DOWNLOADS = 3;
    private static final int TRIES = 3;

    /** How many points are tried. */
    final int points;

    PullScenario(int points) {
        this.points = points;
    }

    /** Whether the registry must be asked for what is missing, and for nothing else. */
    boolean usesRegistry() {
        return this != LAYOUT && this != SAVED;
    }

    /** Of its agents' cgroups. */
    String root() {
        return "gatun-pulls-" + name();
    }

    static Path store(Path directory) {
        return directory.resolve("run/store");
    }

    static Path containers(Path directory) {
        return directory.resolve("run/provisioner/containers");
    }

    ImageProvisioner open(Path directory, Consumer<PullStatus> listener) throws IOException {
        Path run = directory.resolve("run");
        String from = switch (this) {
            case LAYOUT -> PullImages.layouts(directory).toString();
            case SAVED -> PullImages.saved(directory).toString();
            default -> "docker.io";
        };
        StoreSettings plain = new StoreSettings(store(directory));
        return ImageProvisioner.open(
                ImageSettings.parse(
                        from,
                        "",
                        usesRegistry() ? registry(directory) : "",
                        "",
                        new StoreSettings(plain.directory(), plain.limits(), DOWNLOADS, TRIES),
                        run,
                        this == SAVED ? "copy" : "overlay"),
                listener);
    }

    private static String registry(Path directory) throws IOException {
        return Files.readString(directory.resolve(REGISTRY_FILE));
    }

    String imageName(String image, Path directory) throws IOException {
        return (usesRegistry() ? registry(directory) + "/" : "") + PullImages.name(image);
    }

    /** A container that sleeps on an image. */
    ContainerConfig config(String id, String image, Path directory) throws IOException {
        Path sandbox = Files.createDirectories(directory.resolve("sandbox-" + id));
        Image from = new Image(imageName(image, directory), false, List.of(), Optional.empty());
        return new ContainerConfig(
                        id,
                        List.of("/bin/sleep", "3600"),
                        Map.of("PATH", "/usr/bin:/bin"),
                        sandbox,
                        Optional.empty(),
                        new Limits(1, 64L << 20, 20),
                        sandbox.resolve("stdout"),
                        sandbox.resolve("stderr"))
                .with(new Filesystem(
                        Optional.of(from),
                        new RootFs.Host(),
                        Optional.of("/data"),
                        false,
                        List.of(new Volume(new Volume.HostPath(Path.of("/usr")), "/usr", true)),
                        0));
    }
}
