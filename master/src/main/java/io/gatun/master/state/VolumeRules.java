package io.gatun.master.state;

import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Volume;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What CREATE and DESTROY may be asked for, and what a disk must be like (src/master/validation.cpp of Apache Mesos,
 * resource::validate and operation::validate). Stricter than Mesos in that a volume's path must be relative, and in that
 * neither shared volumes nor volumes on BLOCK or RAW disks are made. Pure.
 */
final class VolumeRules {
    private VolumeRules() {}

    /** Says what is wrong with {@code resources}, whatever is to be done with them. */
    static Optional<String> invalidDisk(Collection<Resource> resources) {
        return resources.stream()
                .filter(Resource::hasDisk)
                .map(resource -> disk(refined(resource)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> disk(Resource resource) {
        Resource.DiskInfo disk = resource.getDisk();
        if (!disk.hasPersistence()) {
            return disk.hasVolume()
                    ? Optional.of("Non-persistent volume not supported")
                    : disk.hasSource() ? Optional.empty() : Optional.of("DiskInfo is set but empty");
        }
        if (resource.hasRevocable()) {
            return Optional.of("Persistent volumes cannot be created from revocable resources");
        }
        if (resource.getReservationsCount() == 0) {
            return Optional.of("Persistent volumes cannot be created from unreserved resources");
        }
        if (!disk.hasVolume()) {
            return Optional.of("Expecting 'volume' to be set for persistent volume");
        }
        if (disk.getVolume().hasHostPath()) {
            return Optional.of("Expecting 'host_path' to be unset for persistent volume");
        }
        return Identifiers.invalid(disk.getPersistence().getId())
                .map(error -> "Invalid persistence ID for persistent volume: " + error)
                .or(() -> path(disk.getVolume().getContainerPath()));
    }

    private static Optional<String> path(String path) {
        boolean relative = !path.isEmpty() && !path.startsWith("/") && path.indexOf('\0') < 0;
        return relative && !("/" + path + "/").matches(".*/\\.{0,2}/.*")
                ? Optional.empty()
                : Optional.of("'container_path' of persistent volume is '" + path
                        + "', must be relative to the sandbox, without empty, '.' or '..' components");
    }

    /**
     * Says why CREATE cannot be done.
     *
     * @param checkpointed what the agent has of it already
     * @param principal of who asks; empty for who has none
     */
    static Optional<String> invalidCreate(List<Resource> volumes, Resources checkpointed, Optional<String> principal) {
        return notVolumes(volumes)
                .or(() -> duplicateId(volumes, checkpointed))
                .or(() -> volumes.stream()
                        .map(volume -> unsupported(volume).or(() -> principal(volume, principal)))
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    private static Optional<String> unsupported(Resource volume) {
        if (volume.hasShared()) {
            return Optional.of("Volume '" + text(volume) + "' is shared: shared volumes are not made by this master");
        }
        if (!volume.getDisk().hasSource()) {
            return Optional.empty();
        }
        return switch (volume.getDisk().getSource().getType()) {
            case PATH, MOUNT -> Optional.empty();
            default ->
                Optional.of("Volume '" + text(volume) + "' is on a disk of type "
                        + volume.getDisk().getSource().getType()
                        + ": volumes are made on the disk of --work_dir, and on those of type PATH and MOUNT");
        };
    }

    private static Optional<String> principal(Resource volume, Optional<String> principal) {
        if (principal.isEmpty()) {
            return Optional.empty();
        }
        String attempt = "Create volume operation attempted by principal '" + principal.get()
                + "', but there is a volume in the operation with ";
        Resource.DiskInfo.Persistence persistence = volume.getDisk().getPersistence();
        if (!persistence.hasPrincipal()) {
            return Optional.of(attempt + "no principal set in 'DiskInfo.Persistence'");
        }
        return persistence.getPrincipal().equals(principal.get())
                ? Optional.empty()
                : Optional.of(attempt + "principal '" + persistence.getPrincipal() + "' set in 'DiskInfo.Persistence'");
    }

    /**
     * Says why DESTROY cannot be done.
     *
     * @param checkpointed what the agent has
     * @param used what tasks have of it
     */
    static Optional<String> invalidDestroy(List<Resource> volumes, Resources checkpointed, Resources used) {
        return notVolumes(volumes).or(() -> {
            Resources wanted = unallocated(volumes);
            if (!checkpointed.contains(wanted)) {
                return Optional.of("Persistent volumes not found: '" + wanted + "' among '"
                        + Checkpointed.volumes(checkpointed) + "'");
            }
            return wanted.toProtos().stream()
                    .map(volume -> Resources.of(List.of(volume)))
                    .filter(used::contains)
                    .findFirst()
                    .map(volume -> "Persistent volumes in use: a task has '" + volume + "'");
        });
    }

    /** Says why these are not volumes that an operation could name. */
    static Optional<String> notVolumes(List<Resource> volumes) {
        return Resources.problem(volumes)
                .or(() -> invalidDisk(volumes))
                .map(error -> "Invalid resources: " + error)
                .or(() -> volumes.isEmpty() ? Optional.of("'volumes' is empty") : Optional.empty())
                .or(() -> volumes.stream()
                        .map(VolumeRules::notAVolume)
                        .flatMap(Optional::stream)
                        .findFirst()
                        .map(error -> "Not a persistent volume: " + error));
    }

    private static Optional<String> notAVolume(Resource volume) {
        if (!volume.hasDisk()) {
            return Optional.of("Resource '" + text(volume) + "' does not have DiskInfo");
        }
        if (!volume.getDisk().hasPersistence()) {
            return Optional.of("'persistence' is not set in DiskInfo of '" + text(volume) + "'");
        }
        if (!volume.getName().equals("disk")) {
            return Optional.of("Resource '" + text(volume) + "' is not a disk");
        }
        return volume.getDisk().getVolume().getMode() == Volume.Mode.RO
                ? Optional.of("Read-only persistent volume not supported")
                : Optional.empty();
    }

    /** Says which id would be there twice: ids are unique for each role of an agent. */
    static Optional<String> duplicateId(List<Resource> resources, Resources others) {
        record Id(String role, String id) {}
        Set<Id> seen = new HashSet<>();
        List<Resource> volumes = new ArrayList<>(Checkpointed.volumes(others).toProtos());
        resources.stream()
                .map(VolumeRules::refined)
                .filter(Checkpointed::isVolume)
                .forEach(volumes::add);
        for (Resource volume : volumes) {
            String role = volume.getReservationsList().getLast().getRole();
            String id = volume.getDisk().getPersistence().getId();
            if (!seen.add(new Id(role, id))) {
                return Optional.of("Persistence ID '" + id + "' is not unique for role '" + role + "'");
            }
        }
        return Optional.empty();
    }

    static Resources unallocated(List<Resource> resources) {
        return Resources.of(resources).unallocated();
    }

    /** An empty amount has no form and is what it was. */
    private static Resource refined(Resource resource) {
        List<Resource> protos = Resources.of(List.of(resource)).toProtos();
        return protos.isEmpty() ? resource : protos.getFirst();
    }

    private static String text(Resource resource) {
        return Resources.of(List.of(resource)).toString();
    }
}
