package io.gatun.dnsserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.operator.ClusterState;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.ContainerStatus;
import io.gatun.mesos.v1.DiscoveryInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.Port;
import io.gatun.mesos.v1.Ports;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.Value;
import io.gatun.mesos.v1.master.Response.GetAgents.Agent;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of mesos-dns' records/generator.go. */
final class DnsRecordsTest {
    @Test
    void shouldMarkTasksAsMesosDns() {
        assertThat(TaskHash.of("test")).isEqualTo("iffe9");
    }

    @Test
    void shouldNameMasters() {
        DnsRecords records = new DnsRecordsBuilder()
                .masters(ip("10.0.0.2"), 5050, List.of(ip("10.0.0.1"), ip("10.0.0.2"), ip("10.0.0.1")))
                .build();
        assertThat(addresses(records, "leader.mesos.")).containsExactly("10.0.0.2");
        assertThat(addresses(records, "master.mesos.")).containsExactly("10.0.0.1", "10.0.0.2");
        assertThat(addresses(records, "master0.mesos.")).containsExactly("10.0.0.1");
        assertThat(addresses(records, "master1.mesos.")).containsExactly("10.0.0.2");
        assertThat(services(records, "_leader._tcp.mesos.")).containsExactly("leader.mesos.:5050");
        assertThat(services(records, "_leader._udp.mesos.")).containsExactly("leader.mesos.:5050");
    }

    @Test
    void shouldNameATaskWithDiscovery() {
        DnsRecords records = records();
        String canonical = "web-" + TaskHash.of("web.1") + "-s1.marathon.";
        for (String name : List.of("web.marathon.mesos.", canonical + "mesos.", "web.marathon.slave.mesos.")) {
            assertThat(addresses(records, name)).containsExactly("10.0.0.5");
        }
        assertThat(services(records, "_web._tcp.marathon.mesos.")).containsExactly(canonical + "mesos.:31000");
        assertThat(services(records, "_http._web._tcp.marathon.mesos.")).containsExactly(canonical + "mesos.:31000");
        assertThat(records.services()).doesNotContainKey("_web._udp.marathon.mesos.");
        assertThat(services(records, "_web._udp.marathon.slave.mesos."))
                .containsExactly(canonical + "slave.mesos.:31000");
        assertThat(addresses(records, "web.marathon.agentip.dcos.thisdcos.directory."))
                .containsExactly("10.0.0.5");
    }

    @Test
    void shouldNameATaskWithoutDiscovery() {
        DnsRecords records = cluster()
                .task(task("Store_1", TaskState.TASK_RUNNING).clearDiscovery().build())
                .build();
        String target = "store-1-" + TaskHash.of("Store_1.1") + "-s1.marathon.slave.mesos.:31000";
        assertThat(services(records, "_store-1._tcp.marathon.mesos.")).containsExactly(target);
        assertThat(services(records, "_store-1._udp.marathon.mesos.")).containsExactly(target);
    }

    @Test
    void shouldAnswerTheDiscoveryNameAsGivenToo() {
        Task.Builder task = task("x", TaskState.TASK_RUNNING);
        task.getDiscoveryBuilder().setName("Liquor.Store");
        DnsRecords records = cluster().task(task.build()).build();
        assertThat(addresses(records, "liquor-store.marathon.mesos.")).containsExactly("10.0.0.5");
        assertThat(addresses(records, "liquor.store.marathon.mesos.")).containsExactly("10.0.0.5");
    }

    @Test
    void shouldPreferTheTasksOwnAddress() {
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("web.1"))
                .setState(TaskState.TASK_RUNNING)
                .setContainerStatus(ContainerStatus.newBuilder()
                        .addNetworkInfos(NetworkInfo.newBuilder()
                                .addIpAddresses(
                                        NetworkInfo.IPAddress.newBuilder().setIpAddress("9.0.2.5"))
                                .addIpAddresses(
                                        NetworkInfo.IPAddress.newBuilder().setIpAddress("fd01::5"))));
        DnsRecords records = cluster()
                .task(task("web", TaskState.TASK_RUNNING).addStatuses(status).build())
                .build();
        assertThat(addresses(records, "web.marathon.mesos.")).containsExactly("9.0.2.5", "fd01:0:0:0:0:0:0:5");
        assertThat(addresses(records, "web.marathon.slave.mesos.")).containsExactly("10.0.0.5");
        assertThat(addresses(records, "web.marathon.containerip.dcos.thisdcos.directory."))
                .hasSize(2);
    }

    @Test
    void shouldForgetTasksThatDoNotRun() {
        for (TaskState state : TaskState.values()) {
            DnsRecords records = cluster().task(task("web", state).build()).build();
            assertThat(records.addresses().containsKey("web.marathon.mesos."))
                    .as(state.toString())
                    .isEqualTo(state == TaskState.TASK_RUNNING);
        }
    }

    @Test
    void shouldLeaveOutOneBadNameAndKeepTheOthers() {
        Task.Builder bad = task("x", TaskState.TASK_RUNNING);
        bad.getDiscoveryBuilder().setName("a..b");
        Task.Builder empty = task("%%", TaskState.TASK_RUNNING);
        DnsRecords records = cluster()
                .task(bad.build())
                .task(empty.clearDiscovery().build())
                .task(task("web", TaskState.TASK_RUNNING).build())
                .build();
        assertThat(addresses(records, "web.marathon.mesos.")).hasSize(1);
        assertThat(addresses(records, "a--b.marathon.mesos.")).hasSize(1);
        assertThat(records.problems())
                .contains(
                        "name a..b.marathon.mesos: a label has 0 bytes, must be 1 to 63",
                        "task %%.1: name \"%%\" has no letter or digit");
    }

    @Test
    void shouldReadAnEmptyCluster() {
        assertThat(DnsRecords.from(ClusterState.EMPTY, Map.of())).isEqualTo(DnsRecords.empty());
    }

    static DnsRecords records() {
        return cluster()
                .masters(ip("10.0.0.1"), 5050, List.of())
                .task(task("web", TaskState.TASK_RUNNING).build())
                .vips(Map.of("web.marathon.l4lb.thisdcos.directory", Inet4Address.ofLiteral("11.1.2.3")))
                .build();
    }

    private static DnsRecordsBuilder cluster() {
        AgentInfo agent = AgentInfo.newBuilder()
                .setId(AgentID.newBuilder().setValue("abc-S1"))
                .setHostname("node-5")
                .setPort(5051)
                .build();
        FrameworkInfo framework = FrameworkInfo.newBuilder()
                .setId(FrameworkID.newBuilder().setValue("f"))
                .setName("marathon")
                .setUser("root")
                .build();
        return new DnsRecordsBuilder()
                .agent(Agent.newBuilder()
                        .setAgentInfo(agent)
                        .setActive(true)
                        .setVersion("1.11.0")
                        .setPid("slave(1)@10.0.0.5:5051")
                        .build())
                .framework(framework);
    }

    private static Task.Builder task(String name, TaskState state) {
        Value.Range port =
                Value.Range.newBuilder().setBegin(31_000).setEnd(31_000).build();
        return Task.newBuilder()
                .setName(name)
                .setTaskId(TaskID.newBuilder().setValue(name + ".1"))
                .setFrameworkId(FrameworkID.newBuilder().setValue("f"))
                .setAgentId(AgentID.newBuilder().setValue("abc-S1"))
                .setState(state)
                .addResources(Resource.newBuilder()
                        .setName("ports")
                        .setType(Value.Type.RANGES)
                        .setRanges(Value.Ranges.newBuilder().addRange(port)))
                .setDiscovery(DiscoveryInfo.newBuilder()
                        .setVisibility(DiscoveryInfo.Visibility.FRAMEWORK)
                        .setName(name)
                        .setPorts(Ports.newBuilder()
                                .addPorts(Port.newBuilder()
                                        .setNumber(31_000)
                                        .setName("http")
                                        .setProtocol("tcp"))));
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static List<String> addresses(DnsRecords records, String name) {
        return records.addresses().getOrDefault(name, List.of()).stream()
                .map(InetAddress::getHostAddress)
                .toList();
    }

    private static List<String> services(DnsRecords records, String name) {
        return records.services().getOrDefault(name, List.of()).stream()
                .map(SrvTarget::hostAndPort)
                .toList();
    }
}
