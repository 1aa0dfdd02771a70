package io.gatun.mesos.resources;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.DiskInfo;
import io.gatun.mesos.v1.Resource.ReservationInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Resources that are what they are by an operation: dynamic reservations and persistent volumes. Mesos' checkpointed
 * resources; applyCheckpointedResources in src/common/resources_utils.cpp of Apache Mesos. Pure, for any thread.
 */
public final class Checkpointed {
    /**
     * An agent's resources after the operations.
     *
     * @param total all that the agent has
     * @param kept the part of it that is checkpointed
     * @param unfounded what the agent has no resources for
     */
    public record Applied(Resources total, Resources kept, Resources unfounded) {}

    private Checkpointed() {}

    /** The checkpointed ones of {@code resources}. */
    public static Resources of(Resources resources) {
        return resources.filter(resource -> isDynamic(resource) || isVolume(resource));
    }

    /** The persistent volumes among {@code resources}. */
    public static Resources volumes(Resources resources) {
        return resources.filter(Checkpointed::isVolume);
    }

    /** Whether somebody reserved it by an operation; in the refined form. */
    public static boolean isDynamic(Resource resource) {
        return resource.getReservationsList().stream().anyMatch(info -> info.getType() == ReservationInfo.Type.DYNAMIC);
    }

    /** Whether it is a persistent volume. */
    public static boolean isVolume(Resource resource) {
        return resource.getDisk().hasPersistence();
    }

    /** What volumes take their space from: the same reserved disks, without anything on them. */
    public static Resources disks(Resources volumes) {
        return Resources.of(volumes.toProtos().stream().map(Checkpointed::disk).toList());
    }

    /** Makes of an agent's own resources what {@code checkpointed} says, as far as there are resources for it. */
    public static Applied apply(Resources own, Resources checkpointed) {
        Resources total = own;
        List<Resource> kept = new ArrayList<>();
        List<Resource> unfounded = new ArrayList<>();
        for (Resource resource : checkpointed.toProtos()) {
            Resources source = Resources.of(List.of(asOwned(resource)));
            if (total.contains(source)) {
                total = total.minus(source).plus(Resources.of(List.of(resource)));
                kept.add(resource);
            } else {
                unfounded.add(resource);
            }
        }
        return new Applied(total, Resources.of(kept), Resources.of(unfounded));
    }

    /** As its agent had it before any operation. */
    private static Resource asOwned(Resource resource) {
        Resource.Builder own = disk(resource).toBuilder().clearReservations();
        resource.getReservationsList().stream()
                .filter(info -> info.getType() != ReservationInfo.Type.DYNAMIC)
                .forEach(own::addReservations);
        return own.build();
    }

    private static Resource disk(Resource resource) {
        if (!isVolume(resource)) {
            return resource;
        }
        DiskInfo disk =
                resource.getDisk().toBuilder().clearPersistence().clearVolume().build();
        Resource.Builder plain = resource.toBuilder().clearDisk().clearShared();
        return disk.hasSource() ? plain.setDisk(disk).build() : plain.build();
    }
}
