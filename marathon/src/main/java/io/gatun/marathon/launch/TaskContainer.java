package io.gatun.marathon.launch;

import io.gatun.marathon.app.AppContainer;
import io.gatun.marathon.app.AppContainer.DockerImage;
import io.gatun.marathon.app.AppContainer.Linux;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Networks;
import io.gatun.marathon.app.PortDefinition;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.ContainerInfo.DockerInfo;
import io.gatun.mesos.v1.Image;
import io.gatun.mesos.v1.Label;
import io.gatun.mesos.v1.LinuxInfo;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.Parameter;
import io.gatun.mesos.v1.Volume;
import java.util.List;
import java.util.Optional;

/** An app's container and networks on the wire. */
final class TaskContainer {
    /** Marathon's name for the network of mode container/bridge (--mesos_bridge_name). */
    static final String BRIDGE = "mesos-bridge";

    private final AppSpec app;
    private final List<Integer> hostPorts;

    /** @param hostPorts one for each of the app's ports; 0 where none is needed */
    TaskContainer(AppSpec app, List<Integer> hostPorts) {
        this.app = app;
        this.hostPorts = hostPorts;
    }

    /** Empty for a plain process in the agent's network. */
    Optional<ContainerInfo> info() {
        Networks networks = app.ports().networks();
        Optional<AppContainer> container = app.program().container();
        if (container.isEmpty() && networks.mode() == Networks.Mode.HOST) {
            return Optional.empty();
        }
        ContainerInfo.Builder info = ContainerInfo.newBuilder();
        boolean docker =
                container.filter(c -> c.type() == AppContainer.Type.DOCKER).isPresent();
        if (docker) {
            info.setType(ContainerInfo.Type.DOCKER)
                    .setDocker(docker(container.get().image().orElseThrow(), networks));
        } else {
            info.setType(ContainerInfo.Type.MESOS);
            container
                    .flatMap(AppContainer::image)
                    .ifPresent(image -> info.getMesosBuilder()
                            .setImage(Image.newBuilder()
                                    .setType(Image.Type.DOCKER)
                                    .setCached(!image.forcePull())
                                    .setDocker(Image.Docker.newBuilder().setName(image.name()))));
        }
        networks(networks, docker, info);
        container.ifPresent(known -> {
            known.volumes().forEach(volume -> info.addVolumes(volume(volume)));
            known.linux().ifPresent(linux -> info.setLinuxInfo(linux(linux)));
        });
        return Optional.of(info.build());
    }

    private DockerInfo docker(DockerImage image, Networks networks) {
        DockerInfo.Builder docker = DockerInfo.newBuilder()
                .setImage(image.name())
                .setForcePullImage(image.forcePull())
                .setPrivileged(image.privileged())
                .setNetwork(
                        switch (networks.mode()) {
                            case HOST -> DockerInfo.Network.HOST;
                            case BRIDGE -> DockerInfo.Network.BRIDGE;
                            case CONTAINER -> DockerInfo.Network.USER;
                        });
        image.parameters()
                .forEach(parameter -> docker.addParameters(
                        Parameter.newBuilder().setKey(parameter.key()).setValue(parameter.value())));
        eachMapping((host, inside, protocol) -> docker.addPortMappings(DockerInfo.PortMapping.newBuilder()
                .setHostPort(host)
                .setContainerPort(inside)
                .setProtocol(protocol)));
        return docker.build();
    }

    private void networks(Networks networks, boolean docker, ContainerInfo.Builder info) {
        if (networks.mode() == Networks.Mode.BRIDGE && !docker) {
            info.addNetworkInfos(withPorts(NetworkInfo.newBuilder().setName(BRIDGE)));
        }
        for (Networks.Named named : networks.named()) {
            NetworkInfo.Builder network = NetworkInfo.newBuilder().setName(named.name());
            named.labels()
                    .forEach((key, value) -> network.getLabelsBuilder()
                            .addLabels(Label.newBuilder().setKey(key).setValue(value)));
            // One network can have the ports; a Docker Engine takes them beside the network.
            info.addNetworkInfos(info.getNetworkInfosCount() == 0 && !docker ? withPorts(network) : network);
        }
    }

    private NetworkInfo.Builder withPorts(NetworkInfo.Builder network) {
        eachMapping((host, inside, protocol) -> network.addPortMappings(NetworkInfo.PortMapping.newBuilder()
                .setHostPort(host)
                .setContainerPort(inside)
                .setProtocol(protocol)));
        return network;
    }

    private interface MappingConsumer {
        void accept(int hostPort, int containerPort, String protocol);
    }

    private void eachMapping(MappingConsumer consumer) {
        List<PortDefinition> definitions = app.ports().definitions();
        for (int i = 0; i < definitions.size(); i++) {
            PortDefinition port = definitions.get(i);
            if (port.mapping().isPresent() && port.onHost()) {
                for (String protocol : port.protocols()) {
                    consumer.accept(hostPorts.get(i), port.inside(hostPorts.get(i)), protocol);
                }
            }
        }
    }

    private static Volume volume(AppContainer.HostVolume volume) {
        return Volume.newBuilder()
                .setContainerPath(volume.containerPath())
                .setHostPath(volume.hostPath())
                .setMode(volume.readOnly() ? Volume.Mode.RO : Volume.Mode.RW)
                .build();
    }

    private static LinuxInfo linux(Linux linux) {
        LinuxInfo.Builder info = LinuxInfo.newBuilder();
        if (linux.seccompUnconfined()) {
            info.getSeccompBuilder().setUnconfined(true);
        }
        linux.seccompProfile().ifPresent(name -> info.getSeccompBuilder().setProfileName(name));
        linux.privateIpc()
                .ifPresent(own -> info.setIpcMode(own ? LinuxInfo.IpcMode.PRIVATE : LinuxInfo.IpcMode.SHARE_PARENT));
        if (linux.shmMegabytes() > 0) {
            info.setShmSize(linux.shmMegabytes());
        }
        return info.build();
    }
}
