package io.gatun.dnsserver;

import io.gatun.mesos.names.DnsLabel;
import io.gatun.mesos.names.Hosts;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.Port;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.Value;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The records of one running task. With T the mangled name, F the framework's, C = {@code T-<hash>-<agent>}:
 * {@code T.F}, {@code C.F} have the task's addresses; {@code T.F.slave}, {@code C.F.slave} the agent's; {@code _T._tcp.F} and
 * its like the ports.
 *
 * @param framework mangled name of the framework; may be empty
 */
record TaskRecords(Task task, String framework, InetAddress agentIp, RecordCollector records) {
    private static final List<String> BOTH = List.of("tcp", "udp");

    void addAll() {
        String name = task.hasDiscovery() && !task.getDiscovery().getName().isEmpty()
                ? task.getDiscovery().getName()
                : task.getName();
        String label = DnsLabel.of(name);
        if (label.isEmpty()) {
            records.problem("task " + task.getTaskId().getValue() + ": name \"" + name + "\" has no letter or digit");
            return;
        }
        add(label, label);
        if (task.hasDiscovery() && !name.equalsIgnoreCase(label)) {
            // Mesos-DNS answers the name as it was given as well, and people rely on it.
            add(name, label);
        }
        addDirectory(label);
    }

    private void add(String name, String label) {
        String canonical = canonical(label);
        String domain = domain(DnsRecords.DOMAIN);
        for (InetAddress ip : addresses()) {
            records.address(name + "." + domain, ip);
            records.address(canonical + "." + domain, ip);
        }
        String agentDomain = domain("slave." + DnsRecords.DOMAIN);
        records.address(name + "." + agentDomain, agentIp);
        records.address(canonical + "." + agentDomain, agentIp);
        for (int port : resourcePorts()) {
            for (String protocol : BOTH) {
                String service = "_" + name + "._" + protocol + ".";
                records.service(service + agentDomain, canonical + "." + agentDomain, port);
                if (!task.hasDiscovery()) {
                    records.service(service + domain, canonical + "." + agentDomain, port);
                }
            }
        }
        for (Port port : task.getDiscovery().getPorts().getPortsList()) {
            for (String protocol : protocols(port)) {
                String service = "_" + name + "._" + protocol + "." + domain;
                records.service(service, canonical + "." + domain, port.getNumber());
                if (!port.getName().isEmpty()) {
                    String portName = "_" + DnsLabel.of(port.getName());
                    records.service(portName + "." + service, canonical + "." + domain, port.getNumber());
                }
            }
        }
    }

    /** DC/OS' own zone, where the framework's name is one label: {@code T.F.agentip.dcos.thisdcos.directory} and its like. */
    private void addDirectory(String label) {
        String prefix = label + "." + framework.replace('.', '-') + ".";
        String zone = ".dcos.thisdcos.directory";
        boolean mapped = task.getContainer().getDocker().getPortMappingsCount() > 0
                || task.getContainer().getNetworkInfosList().stream()
                        .anyMatch(network -> network.getPortMappingsCount() > 0);
        records.address(prefix + "agentip" + zone, agentIp);
        for (InetAddress ip : addresses()) {
            records.address(prefix + "containerip" + zone, ip);
            records.address(prefix + "autoip" + zone, mapped ? agentIp : ip);
        }
    }

    private String canonical(String label) {
        String agent = task.getAgentId().getValue();
        String tail = agent.substring(agent.lastIndexOf('-') + 1).toLowerCase(Locale.ROOT);
        return label + "-" + TaskHash.of(task.getTaskId().getValue()) + "-" + tail;
    }

    private String domain(String end) {
        return framework.isEmpty() ? end : framework + "." + end;
    }

    /** Addresses from the latest running status, else the agent's: sources netinfo, host of Mesos-DNS. */
    private Set<InetAddress> addresses() {
        TaskStatus last = TaskStatus.getDefaultInstance();
        for (TaskStatus status : task.getStatusesList()) {
            if (status.getState() == task.getState() && status.getTimestamp() >= last.getTimestamp()) {
                last = status;
            }
        }
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (NetworkInfo network : last.getContainerStatus().getNetworkInfosList()) {
            for (NetworkInfo.IPAddress ip : network.getIpAddressesList()) {
                Hosts.literal(ip.getIpAddress()).ifPresent(addresses::add);
            }
        }
        return addresses.isEmpty() ? Set.of(agentIp) : addresses;
    }

    private List<Integer> resourcePorts() {
        List<Integer> ports = new ArrayList<>();
        for (Resource resource : task.getResourcesList()) {
            if (resource.getName().equals("ports")) {
                for (Value.Range range : resource.getRanges().getRangeList()) {
                    for (long port = range.getBegin(); port <= range.getEnd(); port++) {
                        ports.add((int) port);
                    }
                }
            }
        }
        return ports;
    }

    private static List<String> protocols(Port port) {
        return port.getProtocol().isEmpty()
                ? BOTH
                : List.of(port.getProtocol().toLowerCase(Locale.ROOT).split(",", -1));
    }
}
