package io.gatun.dist.explain;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What stands in a plan for the files of images: which layers they have is known only after they were fetched. */
final class ImageStandIn {
    private ImageStandIn() {}

    /**
     * The container with an overlay over one layer for every image.
     *
     * @param workDir the agent's, for the paths that it would choose
     * @throws IllegalArgumentException when the image would say what is executed
     */
    static ContainerConfig apply(ContainerConfig config, Path workDir) {
        if (config.argv().isEmpty()) {
            throw new IllegalArgumentException("command.value='': must be present to be explained: the entrypoint of an"
                    + " image is known only after it was fetched");
        }
        List<Volume> volumes = config.filesystem().volumes().stream()
                .map(volume -> volume(volume, workDir))
                .toList();
        ContainerConfig mounted = config.with(config.filesystem().with(volumes));
        return config.filesystem().image().isEmpty()
                ? mounted
                : mounted.with(mounted.filesystem().with(overlay(workDir, "root")));
    }

    private static Volume volume(Volume volume, Path workDir) {
        return volume.source() instanceof Volume.ImageFiles files
                ? volume.with(new Volume.ImageFiles(files.image(), Optional.of(overlay(workDir, "volume"))))
                : volume;
    }

    private static RootFs overlay(Path workDir, String name) {
        Path work = workDir.toAbsolutePath();
        Path own = work.resolve("run/containers/example").resolve(name);
        return new RootFs.Overlay(List.of(work.resolve("images/layer")), own.resolve("upper"), own.resolve("work"));
    }
}
