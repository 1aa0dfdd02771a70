package io.gatun.ipvs;

import io.gatun.mesos.v1.DiscoveryInfo;
import io.gatun.mesos.v1.Label;
import io.gatun.mesos.v1.Labels;
import io.gatun.mesos.v1.Port;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.Value;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A task as seen by virtual IPs: which labels it carries, and where its ports are reached.
 *
 * <p>Labels, as Minuteman reads them: on a port of DiscoveryInfo, any key that begins with {@code VIP} or {@code vip}; on the
 * task, {@code VIP_<index>} = {@code /name:port} and {@code vip_PORT<index>} = {@code tcp://name:port}, where the index
 * counts the ports of DiscoveryInfo, or those of the resources where it has none.
 *
 * @param framework name of the task's framework
 * @param agentIp address of the task's agent
 */
record VipTask(Task task, String framework, Inet4Address agentIp) {
    private static final Pattern TASK_LABEL = Pattern.compile("VIP_(\\d{1,4})", Pattern.CASE_INSENSITIVE);
    private static final Pattern TASK_PORT_LABEL = Pattern.compile("VIP_PORT(\\d{1,4})", Pattern.CASE_INSENSITIVE);
    private static final String SCOPE_LABEL = "network-scope";

    /** One label with the backends that it puts behind its virtual IP; the value is not yet checked. */
    record Claim(String key, String value, VipProtocol protocol, List<VipBackend> backends) {}

    /** Whether it can serve at all: it runs, or it runs still and is being killed. */
    boolean serves() {
        return task.getState() == TaskState.TASK_RUNNING || task.getState() == TaskState.TASK_KILLING;
    }

    /**
     * 1 for new connections, 0 for none: while the task is being killed, when its health check fails, or has had no result
     * yet.
     */
    int weight() {
        if (task.getState() != TaskState.TASK_RUNNING) {
            return 0;
        }
        TaskStatus last = lastStatus();
        boolean healthy = last.hasHealthy() ? last.getHealthy() : !task.hasHealthCheck();
        return healthy ? 1 : 0;
    }

    /** All labels that ask for a virtual IP. */
    List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        List<Port> ports = ports();
        for (Port port : ports) {
            for (Label label : port.getLabels().getLabelsList()) {
                if (label.getKey().startsWith("VIP") || label.getKey().startsWith("vip")) {
                    claim(label.getKey(), label.getValue(), port, protocols(port), claims);
                }
            }
        }
        for (Label label : task.getLabels().getLabelsList()) {
            taskLabel(label, ports, claims);
        }
        return claims;
    }

    private void taskLabel(Label label, List<Port> ports, List<Claim> claims) {
        Matcher plain = TASK_LABEL.matcher(label.getKey());
        Matcher withProtocol = TASK_PORT_LABEL.matcher(label.getKey());
        boolean isPlain = plain.matches();
        if (!isPlain && !withProtocol.matches()) {
            return;
        }
        int index = Integer.parseInt(isPlain ? plain.group(1) : withProtocol.group(1));
        if (index >= ports.size()) {
            throw new IllegalArgumentException(
                    "label " + label.getKey() + ": number of ports of the task is " + ports.size());
        }
        Port port = ports.get(index);
        if (isPlain) {
            claim(label.getKey(), label.getValue(), port, protocols(port), claims);
            return;
        }
        int scheme = label.getValue().indexOf("://");
        String rest = label.getValue().substring(scheme < 0 ? 0 : scheme + 3);
        String protocol = scheme < 0 ? "tcp" : label.getValue().substring(0, scheme);
        claim(label.getKey(), rest, port, protocols(protocol), claims);
    }

    private void claim(String key, String value, Port port, List<VipProtocol> protocols, List<Claim> claims) {
        for (VipProtocol protocol : protocols) {
            List<VipBackend> backends = backends(port, protocol);
            if (!backends.isEmpty()) {
                claims.add(new Claim(key, value, protocol, backends));
            }
        }
    }

    private List<Port> ports() {
        DiscoveryInfo discovery = task.getDiscovery();
        if (discovery.getPorts().getPortsCount() > 0) {
            return discovery.getPorts().getPortsList();
        }
        List<Port> ports = new ArrayList<>();
        for (Resource resource : task.getResourcesList()) {
            if (resource.getName().equals("ports")) {
                for (Value.Range range : resource.getRanges().getRangeList()) {
                    for (long number = range.getBegin(); number <= range.getEnd(); number++) {
                        ports.add(Port.newBuilder().setNumber((int) number).build());
                    }
                }
            }
        }
        return ports;
    }

    private List<VipBackend> backends(Port port, VipProtocol protocol) {
        if (port.getNumber() < 1 || port.getNumber() > 65_535) {
            return List.of();
        }
        int weight = weight();
        if (hostScope(port.getLabels())) {
            return List.of(new VipBackend(agentIp, port.getNumber(), weight));
        }
        TaskNetwork network = new TaskNetwork(task, lastStatus());
        int hostPort = network.hostPort(port.getNumber(), protocol);
        if (hostPort != 0) {
            return List.of(new VipBackend(agentIp, hostPort, weight));
        }
        List<Inet4Address> own = network.addresses();
        return (own.isEmpty() ? List.of(agentIp) : own)
                .stream()
                        .map(address -> new VipBackend(address, port.getNumber(), weight))
                        .toList();
    }

    private static boolean hostScope(Labels labels) {
        return labels.getLabelsList().stream()
                .anyMatch(label ->
                        label.getKey().equals(SCOPE_LABEL) && label.getValue().equals("host"));
    }

    private static List<VipProtocol> protocols(Port port) {
        return protocols(port.getProtocol().isEmpty() ? "tcp" : port.getProtocol());
    }

    private static List<VipProtocol> protocols(String text) {
        List<VipProtocol> protocols = new ArrayList<>();
        for (String part : text.toLowerCase(Locale.ROOT).split(",", -1)) {
            for (VipProtocol protocol : VipProtocol.values()) {
                if (protocol.label().equals(part.strip())) {
                    protocols.add(protocol);
                }
            }
        }
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("protocol \"" + text + "\": must be tcp, udp or tcp,udp");
        }
        return protocols;
    }

    private TaskStatus lastStatus() {
        TaskStatus last = TaskStatus.getDefaultInstance();
        for (TaskStatus status : task.getStatusesList()) {
            if (status.getState() == task.getState() && status.getTimestamp() >= last.getTimestamp()) {
                last = status;
            }
        }
        return last;
    }
}
