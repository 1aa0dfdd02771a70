package io.gatun.agent;

import io.gatun.isolator.EngineConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.Attachment;
import io.gatun.isolator.NetworkConfig.PortMapping;
import io.gatun.isolator.NetworkConfig.PortRange;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.ContainerInfo.DockerInfo;
import io.gatun.mesos.v1.Label;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The networks of a task. Ports of the host must be among those that the task was given. */
final class TaskNetwork {
    /** What Marathon calls the network of mode container/bridge. */
    private static final String MESOS_BRIDGE = "mesos-bridge";

    private final TaskInfo task;
    private final ContainerInfo container;
    private final String bridge;

    /** @param bridge name of the agent's own bridge, which needs no CNI */
    TaskNetwork(TaskInfo task, String bridge) {
        this.task = task;
        this.container = task.getContainer();
        this.bridge = bridge;
    }

    /**
     * Of a container of ours.
     *
     * @throws IllegalArgumentException naming field, value and rule
     */
    NetworkConfig ours() {
        List<NetworkInfo> infos = container.getNetworkInfosList();
        List<NetworkInfo> named = infos.stream().filter(NetworkInfo::hasName).toList();
        if (named.isEmpty()) {
            if (infos.stream().anyMatch(info -> info.getPortMappingsCount() > 0)) {
                throw new IllegalArgumentException(
                        "container.network_infos.port_mappings: need a network with a name, not the host's");
            }
            return new NetworkConfig.Host(Optional.of(portRanges()));
        }
        if (named.size() < infos.size()) {
            throw new IllegalArgumentException("container.network_infos.name='': must be in all of them or in none");
        }
        if (named.size() == 1 && ownBridge(named.getFirst())) {
            return new NetworkConfig.Bridge(ports(named.getFirst()));
        }
        return new NetworkConfig.Cni(
                named.stream().map(this::attachment).toList(), io.gatun.isolator.DnsConfig.DEFAULT);
    }

    private boolean ownBridge(NetworkInfo info) {
        return info.getName().equals(bridge) || info.getName().equals(MESOS_BRIDGE);
    }

    private Attachment attachment(NetworkInfo info) {
        if (ownBridge(info)) {
            throw new IllegalArgumentException("container.network_infos.name=" + info.getName()
                    + ": the agent's own bridge cannot be joined together with other networks");
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (Label label : info.getLabels().getLabelsList()) {
            labels.put(label.getKey(), label.getValue());
        }
        List<String> addresses = info.getIpAddressesList().stream()
                .filter(NetworkInfo.IPAddress::hasIpAddress)
                .map(NetworkInfo.IPAddress::getIpAddress)
                .toList();
        return new Attachment(info.getName(), labels, ports(info), addresses);
    }

    private List<PortMapping> ports(NetworkInfo info) {
        List<PortMapping> ports = new ArrayList<>();
        for (NetworkInfo.PortMapping port : info.getPortMappingsList()) {
            ports.add(mapping(
                    "container.network_infos.port_mappings",
                    port.getHostPort(),
                    port.getContainerPort(),
                    port.getProtocol()));
        }
        return ports;
    }

    /** The common part of an engine's networks. */
    NetworkConfig common() {
        return switch (mode()) {
            case HOST, USER -> NetworkConfig.HOST;
            case BRIDGE -> new NetworkConfig.Bridge(dockerPorts());
            case NONE -> new NetworkConfig.None();
        };
    }

    /** Privileges and parameters, and a network that only the engine knows. */
    EngineConfig engine() {
        DockerInfo docker = container.getDocker();
        boolean user = mode() == DockerInfo.Network.USER;
        if (user
                && (container.getNetworkInfosCount() != 1
                        || container.getNetworkInfos(0).getName().isEmpty())) {
            throw new IllegalArgumentException("container.docker.network=USER: needs exactly one network_infos.name");
        }
        if (!user && mode() != DockerInfo.Network.BRIDGE && docker.getPortMappingsCount() > 0) {
            throw new IllegalArgumentException("container.docker.port_mappings: cannot be with network " + mode());
        }
        return new EngineConfig(
                user ? Optional.of(container.getNetworkInfos(0).getName()) : Optional.empty(),
                user ? dockerPorts() : List.of(),
                docker.getPrivileged(),
                docker.getParametersList().stream()
                        .map(parameter -> new EngineConfig.Parameter(parameter.getKey(), parameter.getValue()))
                        .toList());
    }

    private DockerInfo.Network mode() {
        return container.getDocker().getNetwork();
    }

    private List<PortMapping> dockerPorts() {
        return container.getDocker().getPortMappingsList().stream()
                .map(port -> mapping(
                        "container.docker.port_mappings",
                        port.getHostPort(),
                        port.getContainerPort(),
                        port.getProtocol()))
                .toList();
    }

    private PortMapping mapping(String field, int hostPort, int containerPort, String protocol) {
        if (portRanges().stream().noneMatch(range -> range.contains(hostPort))) {
            throw new IllegalArgumentException(
                    field + ".host_port=" + hostPort + ": must be among the task's ports, " + portRanges());
        }
        String name = protocol.isEmpty() ? "tcp" : protocol.toLowerCase(Locale.ROOT);
        return new PortMapping(hostPort, containerPort, name);
    }

    private List<PortRange> portRanges() {
        return task.getResourcesList().stream()
                .filter(resource -> resource.getName().equals("ports"))
                .map(Resource::getRanges)
                .flatMap(ranges -> ranges.getRangeList().stream())
                .map(range -> new PortRange((int) range.getBegin(), (int) range.getEnd()))
                .toList();
    }
}
