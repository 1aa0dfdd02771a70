package io.gatun.ipvs;

import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskStatus;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a task's ports are on the network: mappings come from its ContainerInfo, addresses from its status.
 *
 * @param status the latest for the task's state
 */
record TaskNetwork(Task task, TaskStatus status) {
    /** The host's port that is forwarded to this port of the container; 0 when none is. */
    int hostPort(int containerPort, VipProtocol protocol) {
        ContainerInfo container = task.getContainer();
        for (ContainerInfo.DockerInfo.PortMapping mapping :
                container.getDocker().getPortMappingsList()) {
            if (mapping.getContainerPort() == containerPort && matches(mapping.getProtocol(), protocol)) {
                return mapping.getHostPort();
            }
        }
        for (NetworkInfo network : container.getNetworkInfosList()) {
            for (NetworkInfo.PortMapping mapping : network.getPortMappingsList()) {
                if (mapping.getContainerPort() == containerPort && matches(mapping.getProtocol(), protocol)) {
                    return mapping.getHostPort();
                }
            }
        }
        return 0;
    }

    /** The task's own IPv4 addresses; empty when the agent told none. */
    List<Inet4Address> addresses() {
        List<Inet4Address> addresses = new ArrayList<>();
        for (NetworkInfo network : status.getContainerStatus().getNetworkInfosList()) {
            for (NetworkInfo.IPAddress ip : network.getIpAddressesList()) {
                Ipv4.parse(ip.getIpAddress())
                        .filter(address -> !addresses.contains(address))
                        .ifPresent(addresses::add);
            }
        }
        return addresses;
    }

    private static boolean matches(String text, VipProtocol protocol) {
        return text.isEmpty() ? protocol == VipProtocol.TCP : text.equalsIgnoreCase(protocol.label());
    }
}
