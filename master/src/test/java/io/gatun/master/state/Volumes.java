package io.gatun.master.state;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.ReservationInfo;
import io.gatun.mesos.v1.Volume;
import java.util.Arrays;
import java.util.List;

/** Reserved resources, volumes, and how a framework gets them, for tests. */
final class Volumes {
    private Volumes() {}

    /** Reserved for these, from the outermost to the innermost. */
    static List<Resource> reserved(String text, String... roles) {
        return Resources.parse(text).toProtos().stream()
                .map(resource -> resource.toBuilder()
                        .addAllReservations(Arrays.stream(roles)
                                .map(role -> ReservationInfo.newBuilder()
                                        .setType(ReservationInfo.Type.DYNAMIC)
                                        .setRole(role)
                                        .build())
                                .toList())
                        .build())
                .toList();
    }

    static Resource volume(Resource disk, String id, String path) {
        Resource.Builder volume = disk.toBuilder();
        volume.getDiskBuilder().getPersistenceBuilder().setId(id);
        volume.getDiskBuilder().getVolumeBuilder().setContainerPath(path).setMode(Volume.Mode.RW);
        return volume.build();
    }

    /** On a disk that is reserved for a role. */
    static Resource volume(int megabytes, String role, String id) {
        return volume(reserved("disk:" + megabytes, role).getFirst(), id, "data");
    }

    @SuppressWarnings("deprecation") // The shortest way to a role.
    static FrameworkInfo framework(String role) {
        return Harness.framework().setRole(role).setFailoverTimeout(1e6).build();
    }

    static Offer.Operation.Builder reserve(List<Resource> resources) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.RESERVE)
                .setReserve(Offer.Operation.Reserve.newBuilder().addAllResources(resources));
    }

    static Offer.Operation.Builder create(Resource... volumes) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.CREATE)
                .setCreate(Offer.Operation.Create.newBuilder().addAllVolumes(List.of(volumes)));
    }

    /** A resource on a disk of its own. */
    static Resource on(Resource disk, Resource.DiskInfo.Source.Type type, String root) {
        Resource.Builder builder = disk.toBuilder();
        Resource.DiskInfo.Source.Builder source =
                builder.getDiskBuilder().getSourceBuilder().setType(type);
        if (type == Resource.DiskInfo.Source.Type.PATH) {
            source.getPathBuilder().setRoot(root);
        } else {
            source.getMountBuilder().setRoot(root);
        }
        return builder.build();
    }
}
