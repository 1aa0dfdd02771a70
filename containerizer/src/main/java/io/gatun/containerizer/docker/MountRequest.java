package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Volume;
import java.nio.file.Files;
import java.nio.file.Path;

/** Volumes as the engine mounts them. It would make a missing directory of the host; here that is refused. */
final class MountRequest {
    private MountRequest() {}

    static void sandbox(Path sandbox, ArrayNode mounts) {
        bind(sandbox, CreateRequest.SANDBOX, false, mounts);
    }

    /** @throws IllegalArgumentException naming the volume and the rule */
    static void volume(ContainerConfig container, Volume volume, ArrayNode mounts) {
        String field = "container " + container.id() + ": volume " + volume.containerPath();
        if (!(volume.source() instanceof Volume.HostPath(Path source))) {
            throw new IllegalArgumentException(
                    field + ": source=" + volume.source() + ": a Docker Engine mounts directories of the host only");
        }
        if (!Files.exists(source)) {
            throw new IllegalArgumentException(field + ": source=" + source + ": must exist");
        }
        bind(source, target(volume.containerPath()), volume.readOnly(), mounts);
    }

    private static String target(String containerPath) {
        return containerPath.startsWith("/") ? containerPath : CreateRequest.SANDBOX + "/" + containerPath;
    }

    private static void bind(Path source, String target, boolean readOnly, ArrayNode mounts) {
        mounts.addObject()
                .put("Type", "bind")
                .put("Source", source.toString())
                .put("Target", target)
                .put("ReadOnly", readOnly);
    }
}
