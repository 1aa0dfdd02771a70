package io.gatun.containerizer.image;

import io.gatun.containerizer.image.spec.ImageConfig;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image's configuration adds to a container's, as Mesos' docker/runtime isolator does.
 *
 * <pre>
 *  argv of the container   program that runs
 *  given                   argv: both Entrypoint and Cmd are replaced
 *  empty                   Entrypoint, then the image's arguments if there are any, else Cmd
 * </pre>
 *
 * <p>Variables of the container go before those of the image; so do its user and working directory.
 */
public final class RuntimeConfig {
    /** What Docker gives to images without a PATH. */
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private RuntimeConfig() {}

    /**
     * Merges both. Pure.
     *
     * @param config with an image
     * @return with a program
     * @throws ImageException when neither names a program, or the working directory is not absolute
     */
    public static ContainerConfig apply(ContainerConfig config, ImageConfig image) {
        Filesystem filesystem = config.filesystem();
        Image wanted = filesystem
                .image()
                .orElseThrow(() -> new IllegalArgumentException("container " + config.id() + ": has no image"));
        Map<String, String> environment = new LinkedHashMap<>(image.environment());
        environment.putAll(config.environment());
        environment.putIfAbsent("PATH", DEFAULT_PATH);
        if (DEFAULT_PATH.equals(config.environment().get("PATH"))
                && image.environment().containsKey("PATH")) {
            // An agent gives this to every task: it is no wish of the task's, and would hide the image's programs.
            environment.put("PATH", image.environment().get("PATH"));
        }
        Optional<String> directory = filesystem.workingDirectory().or(() -> workingDirectory(image));
        Filesystem merged = filesystem.withWorkingDirectory(directory);
        Optional<String> user = config.user().or(() -> Optional.of(image.user()).filter(name -> !name.isEmpty()));
        return config.withArgv(argv(config.argv(), wanted, image))
                .withUser(user)
                .withEnvironment(environment)
                .with(merged);
    }

    private static List<String> argv(List<String> given, Image wanted, ImageConfig image) {
        if (!given.isEmpty()) {
            return given;
        }
        List<String> argv = new ArrayList<>(image.entrypoint());
        argv.addAll(wanted.arguments().isEmpty() ? image.cmd() : wanted.arguments());
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw new ImageException("image " + wanted.name()
                    + ": has neither Entrypoint nor Cmd: the command of the task must name a program");
        }
        return argv;
    }

    private static Optional<String> workingDirectory(ImageConfig image) {
        String directory = image.workingDirectory();
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        if (!directory.startsWith("/")) {
            throw new ImageException("image configuration: WorkingDir=" + directory + ": must be absolute");
        }
        return Optional.of(directory);
    }
}
