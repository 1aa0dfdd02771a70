package io.gatun.dnsserver;

import io.gatun.mesos.names.DnsLabel;
import io.gatun.mesos.names.Hosts;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.master.Response.GetAgents.Agent;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a cluster to DNS records, by Mesos-DNS' rules (records/generator.go). Add masters, agents and frameworks
 * before tasks. Not thread-safe.
 */
public final class DnsRecordsBuilder {
    private final RecordCollector records = new RecordCollector();
    private final Map<String, InetAddress> agents = new HashMap<>();
    private final Map<String, InetAddress> hostNames = new HashMap<>();
    private final Map<String, FrameworkInfo> frameworks = new HashMap<>();
    private final Map<String, List<DnsRecords.EnumeratedTask>> enumerated = new HashMap<>();
    private final List<String> frameworkOrder = new ArrayList<>();

    /**
     * Masters: {@code leader}, {@code master}, {@code master0}, {@code master1}, ...
     *
     * @param leader address and port of the leading one
     * @param port the leader's
     * @param all in a stable order; the leader counts as the last when it is not among them
     */
    public DnsRecordsBuilder masters(InetAddress leader, int port, List<InetAddress> all) {
        String domain = DnsRecords.DOMAIN;
        records.address("leader." + domain, leader);
        records.service("_leader._tcp." + domain, "leader." + domain, port);
        records.service("_leader._udp." + domain, "leader." + domain, port);
        List<InetAddress> masters = new ArrayList<>();
        for (InetAddress master : all) {
            if (!masters.contains(master)) {
                masters.add(master);
            }
        }
        if (!masters.contains(leader)) {
            masters.add(leader);
        }
        for (int i = 0; i < masters.size(); i++) {
            records.address("master." + domain, masters.get(i));
            records.address("master" + i + "." + domain, masters.get(i));
        }
        return this;
    }

    /** An agent: {@code slave}. */
    public DnsRecordsBuilder agent(Agent agent) {
        String id = agent.getAgentInfo().getId().getValue();
        String hostName = agent.getAgentInfo().getHostname();
        Optional<InetAddress> ip = Hosts.of(agent);
        if (ip.isEmpty()) {
            records.problem("agent " + id + ": neither pid \"" + agent.getPid() + "\" nor host name \"" + hostName
                    + "\" has an address");
            return this;
        }
        agents.put(id, ip.get());
        hostNames.put(hostName, ip.get());
        int port = agent.getAgentInfo().getPort();
        records.address("slave." + DnsRecords.DOMAIN, ip.get());
        records.service(
                "_slave._tcp." + DnsRecords.DOMAIN,
                "slave." + DnsRecords.DOMAIN,
                port > 0 ? port : Hosts.portOfPid(agent.getPid()));
        return this;
    }

    /** A framework, by its name, with the address of its scheduler where that is known. */
    public DnsRecordsBuilder framework(FrameworkInfo framework) {
        String id = framework.getId().getValue();
        frameworks.put(id, framework);
        frameworkOrder.add(id);
        enumerated.put(id, new ArrayList<>());
        String fragment = DnsLabel.domain(framework.getName());
        String host = framework.getHostname();
        Optional<InetAddress> ip = Hosts.literal(host).or(() -> Optional.ofNullable(hostNames.get(host)));
        if (!fragment.isEmpty() && ip.isPresent()) {
            records.address(fragment + "." + DnsRecords.DOMAIN, ip.get());
        }
        return this;
    }

    /** A task; only a running one of a known agent and framework has records. */
    public DnsRecordsBuilder task(Task task) {
        FrameworkInfo framework = frameworks.get(task.getFrameworkId().getValue());
        InetAddress agentIp = agents.get(task.getAgentId().getValue());
        if (task.getState() != TaskState.TASK_RUNNING || framework == null || agentIp == null) {
            return this;
        }
        List<DnsRecords.EnumeratedRecord> own = new ArrayList<>();
        records.enumerateInto(own);
        new TaskRecords(task, DnsLabel.domain(framework.getName()), agentIp, records).addAll();
        records.enumerateInto(new ArrayList<>());
        enumerated
                .get(task.getFrameworkId().getValue())
                .add(new DnsRecords.EnumeratedTask(
                        task.getName(), task.getTaskId().getValue(), own));
        return this;
    }

    /** Named virtual IPs: full name without a trailing dot, as {@code web.marathon.l4lb.thisdcos.directory}. */
    public DnsRecordsBuilder vips(Map<String, Inet4Address> vips) {
        vips.forEach(records::address);
        return this;
    }

    /** All that was added. */
    public DnsRecords build() {
        List<DnsRecords.EnumeratedFramework> list = frameworkOrder.stream()
                .map(id -> new DnsRecords.EnumeratedFramework(frameworks.get(id).getName(), enumerated.get(id)))
                .toList();
        return records.toRecords(list);
    }
}
