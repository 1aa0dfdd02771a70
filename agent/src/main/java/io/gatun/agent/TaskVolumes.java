package io.gatun.agent;

import io.gatun.agent.store.VolumeDirectories;
import io.gatun.isolator.Volume;
import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.MountPropagation;
import io.gatun.mesos.v1.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The volumes of a task. */
final class TaskVolumes {
    private TaskVolumes() {}

    /**
     * In the order of the task.
     *
     * @param sandbox of the task; relative paths of the host lie in it
     * @throws IllegalArgumentException naming field, value and rule
     */
    static List<Volume> of(ContainerInfo container, Path sandbox) {
        return container.getVolumesList().stream()
                .map(volume -> volume(volume, sandbox))
                .toList();
    }

    /**
     * Those that the task holds as resources.
     *
     * @throws IllegalArgumentException naming field, value and rule
     */
    static List<Volume> persistent(List<Resource> resources, VolumeDirectories directories) {
        return Checkpointed.volumes(Resources.of(resources)).toProtos().stream()
                .map(resource -> persistent(resource, directories))
                .toList();
    }

    private static Volume persistent(Resource resource, VolumeDirectories directories) {
        io.gatun.mesos.v1.Volume use = resource.getDisk().getVolume();
        if (use.getContainerPath().isEmpty() || use.getContainerPath().startsWith("/")) {
            throw new IllegalArgumentException("resources.disk.volume.container_path='" + use.getContainerPath()
                    + "': must be relative to the sandbox");
        }
        return new Volume(
                new Volume.HostPath(directories.of(resource)),
                use.getContainerPath(),
                use.getMode() == io.gatun.mesos.v1.Volume.Mode.RO);
    }

    private static Volume volume(io.gatun.mesos.v1.Volume volume, Path sandbox) {
        if (volume.getContainerPath().isEmpty()) {
            throw new IllegalArgumentException("container.volumes.container_path='': must be present");
        }
        boolean readOnly = volume.getMode() == io.gatun.mesos.v1.Volume.Mode.RO;
        return new Volume(source(volume, sandbox), volume.getContainerPath(), readOnly, propagation(volume));
    }

    private static Volume.Propagation propagation(io.gatun.mesos.v1.Volume volume) {
        return volume.getSource().getHostPath().getMountPropagation().getMode() == MountPropagation.Mode.BIDIRECTIONAL
                ? Volume.Propagation.BIDIRECTIONAL
                : Volume.Propagation.HOST_TO_CONTAINER;
    }

    private static Volume.Source source(io.gatun.mesos.v1.Volume volume, Path sandbox) {
        String field = "container.volumes " + volume.getContainerPath();
        if (volume.hasImage()) {
            return new Volume.ImageFiles(TaskImage.of(field + ": image", volume.getImage()), Optional.empty());
        }
        if (volume.hasHostPath()) {
            return new Volume.HostPath(sandbox.resolve(volume.getHostPath()));
        }
        if (!volume.hasSource()) {
            throw new IllegalArgumentException(field + ": must have host_path, image or source");
        }
        io.gatun.mesos.v1.Volume.Source source = volume.getSource();
        return switch (source.getType()) {
            case HOST_PATH ->
                new Volume.HostPath(sandbox.resolve(source.getHostPath().getPath()));
            case SANDBOX_PATH -> sandboxPath(field, source.getSandboxPath());
            case SECRET -> Volume.Secret.of(TaskImage.value(field + ": source.secret", source.getSecret()));
            case DOCKER_VOLUME, CSI_VOLUME, UNKNOWN ->
                throw new UnsupportedOperationException(
                        field + ": source.type=" + source.getType() + ": is not supported");
        };
    }

    private static Volume.Source sandboxPath(String field, io.gatun.mesos.v1.Volume.Source.SandboxPath path) {
        if (path.getType() != io.gatun.mesos.v1.Volume.Source.SandboxPath.Type.SELF) {
            throw new IllegalArgumentException(
                    field + ": source.sandbox_path.type=" + path.getType() + ": must be SELF in a task of its own");
        }
        return new Volume.SandboxPath(Optional.empty(), path.getPath());
    }
}
