package io.gatun.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.operator.ClusterState;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.ContainerStatus;
import io.gatun.mesos.v1.DiscoveryInfo;
import io.gatun.mesos.v1.HealthCheck;
import io.gatun.mesos.v1.Label;
import io.gatun.mesos.v1.Labels;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.Port;
import io.gatun.mesos.v1.Ports;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class VipTableTest {
    @Test
    void shouldReadPortLabels() {
        Task.Builder task = task("web", 31_000);
        port(task, 0).setLabels(labels("VIP_0", "/web:80", "VIP_1", "web2:81", "vip", "10.1.2.3:82", "other", "/x:1"));
        assertThat(lines(task))
                .containsExactlyInAnyOrder(
                        "web.marathon.l4lb.thisdcos.directory:80/tcp -> 10.0.0.5:31000 w1",
                        "web2.marathon.l4lb.thisdcos.directory:81/tcp -> 10.0.0.5:31000 w1",
                        "10.1.2.3:82/tcp -> 10.0.0.5:31000 w1");
    }

    @Test
    void shouldReadTaskLabels() {
        Task.Builder task = task("web", 31_000, 31_001)
                .setLabels(labels("VIP_0", "/web:80", "vip_PORT1", "udp://dns:53", "VIP_NOT", "x"));
        assertThat(lines(task))
                .containsExactlyInAnyOrder(
                        "web.marathon.l4lb.thisdcos.directory:80/tcp -> 10.0.0.5:31000 w1",
                        "dns.marathon.l4lb.thisdcos.directory:53/udp -> 10.0.0.5:31001 w1");
    }

    @Test
    void shouldCountResourcePortsWhereDiscoveryHasNone() {
        Value.Range range =
                Value.Range.newBuilder().setBegin(31_000).setEnd(31_002).build();
        Task.Builder task = task("web")
                .setLabels(labels("VIP_2", "/web:80"))
                .addResources(Resource.newBuilder()
                        .setName("ports")
                        .setType(Value.Type.RANGES)
                        .setRanges(Value.Ranges.newBuilder().addRange(range)));
        assertThat(lines(task)).containsExactly("web.marathon.l4lb.thisdcos.directory:80/tcp -> 10.0.0.5:31002 w1");
    }

    @Test
    void shouldMangleNamesAndDropSlashes() {
        Task.Builder task = task("web", 31_000).setLabels(labels("VIP_0", "/MyGroup/my_app:80"));
        assertThat(lines(task))
                .containsExactly("mygroupmy-app.marathon.l4lb.thisdcos.directory:80/tcp -> 10.0.0.5:31000 w1");
    }

    @Test
    void shouldWeighByStateAndHealth() {
        assertThat(weight(task("t", 31_000))).isEqualTo(1);
        assertThat(weight(task("t", 31_000).setState(TaskState.TASK_KILLING))).isZero();
        assertThat(weight(task("t", 31_000).setHealthCheck(HealthCheck.getDefaultInstance())))
                .isZero();
        assertThat(weight(task("t", 31_000)
                        .setHealthCheck(HealthCheck.getDefaultInstance())
                        .addStatuses(status().setHealthy(true))))
                .isEqualTo(1);
        assertThat(weight(task("t", 31_000).addStatuses(status().setHealthy(false))))
                .isZero();
        assertThat(weight(task("t", 31_000)
                        .addStatuses(status().setHealthy(true).setTimestamp(2))
                        .addStatuses(status().setHealthy(false).setTimestamp(1))))
                .as("the latest counts, not the last in the list")
                .isEqualTo(1);
        for (TaskState state : TaskState.values()) {
            boolean serves = state == TaskState.TASK_RUNNING || state == TaskState.TASK_KILLING;
            assertThat(lines(
                            task("t", 31_000).setLabels(labels("VIP_0", "t:80")).setState(state)))
                    .as(state.toString())
                    .hasSize(serves ? 1 : 0);
        }
    }

    @Test
    void shouldFindPortsBehindMappings() {
        Task.Builder task = task("web", 8_080).setLabels(labels("VIP_0", "/web:80"));
        task.setContainer(ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.MESOS)
                .addNetworkInfos(NetworkInfo.newBuilder()
                        .addPortMappings(NetworkInfo.PortMapping.newBuilder()
                                .setHostPort(31_500)
                                .setContainerPort(8_080)
                                .setProtocol("tcp"))));
        assertThat(lines(task)).containsExactly("web.marathon.l4lb.thisdcos.directory:80/tcp -> 10.0.0.5:31500 w1");
        Task.Builder own = task("web", 8_080)
                .setLabels(labels("VIP_0", "/web:80"))
                .addStatuses(status().setContainerStatus(ContainerStatus.newBuilder()
                        .addNetworkInfos(NetworkInfo.newBuilder()
                                .addIpAddresses(
                                        NetworkInfo.IPAddress.newBuilder().setIpAddress("9.0.2.5")))));
        assertThat(lines(own)).containsExactly("web.marathon.l4lb.thisdcos.directory:80/tcp -> 9.0.2.5:8080 w1");
        port(own, 0).setLabels(labels("network-scope", "host"));
        assertThat(lines(own)).containsExactly("web.marathon.l4lb.thisdcos.directory:80/tcp -> 10.0.0.5:8080 w1");
    }

    @Test
    void shouldTakeBothProtocolsOfAPort() {
        Task.Builder task = task("web", 31_000).setLabels(labels("VIP_0", "/web:80"));
        port(task, 0).setProtocol("tcp,udp");
        assertThat(lines(task)).hasSize(2).anyMatch(line -> line.contains(":80/udp"));
    }

    @Test
    void shouldTellBadLabelsAndKeepTheOthers() {
        Task.Builder bad = task("bad", 31_000).setLabels(labels("VIP_0", "/web"));
        Task.Builder outside = task("outside", 31_000).setLabels(labels("VIP_3", "/web:80"));
        Task.Builder six = task("six", 31_000).setLabels(labels("VIP_0", "[fd01::1]:80"));
        Task.Builder big = task("big", 31_000).setLabels(labels("VIP_0", "/web:80000"));
        Task.Builder good = task("good", 31_001).setLabels(labels("VIP_0", "/good:80"));
        VipTable table = table(bad, outside, six, big, good);
        assertThat(table.vips()).hasSize(1);
        assertThat(table.problems())
                .containsExactly(
                        "task bad.1: label VIP_0: \"/web\": must be /NAME:PORT or ADDRESS:PORT",
                        "task big.1: label VIP_0: \"/web:80000\": the port must be 1 to 65535",
                        "task outside.1: label VIP_3: number of ports of the task is 1",
                        "task six.1: label VIP_0: \"[fd01::1]:80\": IPv6 addresses are not forwarded");
    }

    @Test
    void shouldNotDependOnTheOrderOfTasks() {
        List<Task.Builder> tasks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            tasks.add(task("t" + i, 31_000 + i).setLabels(labels("VIP_0", "/app" + i % 7 + ":80")));
        }
        VipTable expected = table(tasks.toArray(Task.Builder[]::new));
        Random random = new Random(2);
        for (int i = 0; i < 10; i++) {
            Collections.shuffle(tasks, random);
            assertThat(table(tasks.toArray(Task.Builder[]::new))).isEqualTo(expected);
        }
        assertThat(expected.addresses()).hasSize(7).containsKey("app3.marathon.l4lb.thisdcos.directory");
    }

    @Test
    void shouldReadAnEmptyCluster() {
        assertThat(VipTable.from(ClusterState.EMPTY)).isEqualTo(VipTable.empty());
    }

    private static int weight(Task.Builder task) {
        VipTable table = table(task.setLabels(labels("VIP_0", "/t:80")));
        return table.vips().getFirst().backends().getFirst().weight();
    }

    private static List<String> lines(Task.Builder task) {
        List<String> lines = new ArrayList<>();
        for (Vip vip : table(task).vips()) {
            for (VipBackend backend : vip.backends()) {
                lines.add(vip.dnsName().orElse(vip.address().getHostAddress()) + ":" + vip.port() + "/"
                        + vip.protocol().label() + " -> " + backend.address().getHostAddress() + ":" + backend.port()
                        + " w" + backend.weight());
            }
        }
        return lines;
    }

    private static VipTable table(Task.Builder... tasks) {
        return VipTableBuilder.build(
                VipRange.standard(),
                Arrays.stream(tasks)
                        .map(task -> new VipTask(
                                task.buildPartial(),
                                "marathon",
                                Ipv4.parse("10.0.0.5").orElseThrow()))
                        .toList());
    }

    private static Task.Builder task(String name, int... ports) {
        Task.Builder task = Task.newBuilder()
                .setName(name)
                .setTaskId(TaskID.newBuilder().setValue(name + ".1"))
                .setState(TaskState.TASK_RUNNING);
        Ports.Builder list = Ports.newBuilder();
        for (int number : ports) {
            list.addPorts(Port.newBuilder().setNumber(number).setProtocol("tcp"));
        }
        return task.setDiscovery(DiscoveryInfo.newBuilder()
                .setVisibility(DiscoveryInfo.Visibility.FRAMEWORK)
                .setPorts(list));
    }

    private static Port.Builder port(Task.Builder task, int index) {
        return task.getDiscoveryBuilder().getPortsBuilder().getPortsBuilder(index);
    }

    private static TaskStatus.Builder status() {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t.1"))
                .setState(TaskState.TASK_RUNNING);
    }

    private static Labels labels(String... pairs) {
        Labels.Builder labels = Labels.newBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            labels.addLabels(Label.newBuilder().setKey(pairs[i]).setValue(pairs[i + 1]));
        }
        return labels.build();
    }
}
