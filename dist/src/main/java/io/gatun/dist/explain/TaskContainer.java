package io.gatun.dist.explain;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.TTYInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the ContainerInfo of a TaskInfo adds to the container that a plan is printed for. */
final class TaskContainer {
    private static final IoConfig.Terminal DEFAULT_SIZE = new IoConfig.Terminal(24, 80);

    private TaskContainer() {}

    /**
     * The container with all that was asked for.
     *
     * @param workDir the agent's, for the paths that it would choose
     * @throws IllegalArgumentException naming the field that cannot be explained or is wrong
     */
    static ContainerConfig apply(ContainerConfig container, ContainerInfo info, Path workDir) {
        NamespaceConfig namespaces = new NamespaceConfig(
                Optional.of(info.getHostname()).filter(name -> !name.isEmpty()),
                info.getLinuxInfo().getSharePidNamespace(),
                0);
        ContainerConfig named =
                container.with(files(info, workDir)).with(namespaces).with(network(info));
        return info.hasTtyInfo() ? named.with(new IoConfig(Optional.of(size(info.getTtyInfo())), false)) : named;
    }

    private static IoConfig.Terminal size(TTYInfo tty) {
        return tty.hasWindowSize()
                ? new IoConfig.Terminal(
                        tty.getWindowSize().getRows(), tty.getWindowSize().getColumns())
                : DEFAULT_SIZE;
    }

    /** An image stands for an overlay over its layers: which ones they are is known only after it was fetched. */
    private static Filesystem files(ContainerInfo info, Path workDir) {
        List<Volume> volumes = new ArrayList<>();
        for (int i = 0; i < info.getVolumesCount(); i++) {
            volumes.add(volume(info.getVolumes(i), "container.volumes[" + i + "]"));
        }
        if (!info.getMesos().hasImage()) {
            return Filesystem.DEFAULT.with(volumes);
        }
        String name = info.getMesos().getImage().getDocker().getName();
        Path own = workDir.toAbsolutePath().resolve("run/containers/example");
        Path layers = workDir.toAbsolutePath().resolve("images");
        return new Filesystem(
                Optional.of(new Image(name, false, List.of(), Optional.empty())),
                new RootFs.Overlay(List.of(layers.resolve("layer")), own.resolve("upper"), own.resolve("work")),
                Optional.empty(),
                false,
                volumes,
                0);
    }

    private static Volume volume(io.gatun.mesos.v1.Volume volume, String field) {
        if (!volume.hasHostPath() || !volume.getHostPath().startsWith("/")) {
            throw new IllegalArgumentException(field + ".host_path=" + volume.getHostPath()
                    + ": must be an absolute path, other sources cannot be" + " explained without an agent");
        }
        return new Volume(
                new Volume.HostPath(Path.of(volume.getHostPath())),
                volume.getContainerPath(),
                volume.getMode() == io.gatun.mesos.v1.Volume.Mode.RO);
    }

    private static NetworkConfig network(ContainerInfo info) {
        List<NetworkConfig.PortMapping> ports = new ArrayList<>();
        for (NetworkInfo network : info.getNetworkInfosList()) {
            if (network.hasName()) {
                throw new IllegalArgumentException("container.network_infos.name=" + network.getName()
                        + ": a network of a plugin is made by its agent, and cannot be explained without it");
            }
            network.getPortMappingsList()
                    .forEach(port -> ports.add(new NetworkConfig.PortMapping(
                            port.getHostPort(),
                            port.getContainerPort(),
                            port.hasProtocol() ? port.getProtocol() : "tcp")));
        }
        return ports.isEmpty() ? NetworkConfig.HOST : new NetworkConfig.Bridge(ports);
    }
}
