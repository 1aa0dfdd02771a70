package io.gatun.agent.store;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.DiskInfo.Source;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a disk with a source lies ({@code disk.source} of a resource).
 *
 * @param path absolute
 * @param whole whether it is one volume or none (MOUNT), and not one that volumes have directories on (PATH)
 */
public record DiskRoot(Path path, boolean whole) {
    /**
     * The root of a resource's disk.
     *
     * @param workDir absolute; relative roots lie in it, as in Mesos
     * @return empty for a resource without a source
     * @throws IllegalArgumentException naming field, value and rule
     */
    public static Optional<DiskRoot> of(Resource resource, Path workDir) {
        if (!resource.getDisk().hasSource()) {
            return Optional.empty();
        }
        Source source = resource.getDisk().getSource();
        String root = switch (source.getType()) {
            case PATH -> source.getPath().getRoot();
            case MOUNT -> source.getMount().getRoot();
            default ->
                throw new IllegalArgumentException(
                        "disk.source.type=" + source.getType() + ": must be PATH or MOUNT on an agent");
        };
        if (root.isEmpty()) {
            throw new IllegalArgumentException(
                    "disk.source." + source.getType().name().toLowerCase(Locale.ROOT)
                            + ".root: must be present in a source of type " + source.getType());
        }
        return Optional.of(new DiskRoot(workDir.resolve(root).normalize(), source.getType() == Source.Type.MOUNT));
    }
}
