package io.gatun.marathon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.marathon.Samples;
import io.gatun.marathon.app.AppReader;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.AppWriter;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.ContainerInfo.DockerInfo;
import io.gatun.mesos.v1.Environment;
import io.gatun.mesos.v1.LinuxInfo;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Port;
import io.gatun.mesos.v1.TaskInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Apps with containers, from their JSON to what goes over the wire. */
class ContainerTaskTest {
    private static TaskInfo task(String json) {
        AppSpec app = Samples.app(json);
        assertThat(AppReader.read(AppWriter.config(app), Optional.empty(), "*").asNew(app.version()))
                .as("what is written is read back")
                .isEqualTo(app);
        Offer offer = Samples.offer(4, 4096, 31_000, 31_000);
        List<OfferMatcher.Match> matches =
                new OfferMatcher("*", 1, new Random(1)).match(offer, List.of(new OfferMatcher.Waiting(app, 1)));
        assertThat(matches).hasSize(1);
        return new TaskBuilder("").build(matches.getFirst(), offer, "task-1");
    }

    private static Map<String, String> environment(TaskInfo task) {
        return task.getCommand().getEnvironment().getVariablesList().stream()
                .collect(Collectors.toMap(Environment.Variable::getName, Environment.Variable::getValue));
    }

    @Test
    void shouldMapPortsOfAnImageOnTheBridge() {
        TaskInfo task =
                task("{'id':'/web','container':{'type':'MESOS','docker':{'image':'nginx:1','forcePullImage':true},"
                        + "'portMappings':[{'containerPort':80,'hostPort':0,'name':'http','labels':{'VIP_0':'/web:80'}}]},"
                        + "'networks':[{'mode':'container/bridge'}]}");
        ContainerInfo container = task.getContainer();
        assertThat(container.getType()).isEqualTo(ContainerInfo.Type.MESOS);
        assertThat(container.getMesos().getImage().getDocker().getName()).isEqualTo("nginx:1");
        assertThat(container.getMesos().getImage().getCached()).isFalse();
        NetworkInfo network = container.getNetworkInfos(0);
        assertThat(network.getName()).isEqualTo("mesos-bridge");
        assertThat(network.getPortMappingsList())
                .containsExactly(NetworkInfo.PortMapping.newBuilder()
                        .setHostPort(31_000)
                        .setContainerPort(80)
                        .setProtocol("tcp")
                        .build());
        assertThat(task.getCommand().getShell()).isFalse();
        assertThat(task.getCommand().hasValue()).isFalse();
        assertThat(environment(task))
                .containsEntry("PORT0", "80")
                .containsEntry("PORT_80", "80")
                .containsEntry("PORT_HTTP", "80")
                .containsEntry("MARATHON_APP_DOCKER_IMAGE", "nginx:1");
        Port port = task.getDiscovery().getPorts().getPorts(0);
        assertThat(port.getNumber()).isEqualTo(31_000);
        assertThat(port.getLabels().getLabelsList().stream()
                        .collect(Collectors.toMap(label -> label.getKey(), label -> label.getValue())))
                .containsExactlyInAnyOrderEntriesOf(Map.of("VIP_0", "/web:80", "network-scope", "host"));
    }

    @Test
    void shouldAskADockerEngineForTheSame() {
        TaskInfo task = task("{'id':'/web','args':['-v','x'],'container':{'type':'DOCKER','docker':{'image':'nginx',"
                + "'privileged':true,'parameters':[{'key':'cap-add','value':'NET_ADMIN'}]},"
                + "'volumes':[{'containerPath':'/data','hostPath':'/srv','mode':'RO'}],"
                + "'portMappings':[{'containerPort':0,'hostPort':31000,'protocol':'udp,tcp'}]},"
                + "'networks':[{'mode':'container/bridge'}]}");
        DockerInfo docker = task.getContainer().getDocker();
        assertThat(task.getContainer().getType()).isEqualTo(ContainerInfo.Type.DOCKER);
        assertThat(docker.getNetwork()).isEqualTo(DockerInfo.Network.BRIDGE);
        assertThat(docker.getPrivileged()).isTrue();
        assertThat(docker.getParameters(0).getKey()).isEqualTo("cap-add");
        assertThat(docker.getPortMappingsList())
                .extracting(
                        DockerInfo.PortMapping::getHostPort,
                        DockerInfo.PortMapping::getContainerPort,
                        DockerInfo.PortMapping::getProtocol)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(31_000, 31_000, "udp"),
                        org.assertj.core.groups.Tuple.tuple(31_000, 31_000, "tcp"));
        assertThat(task.getContainer().getVolumes(0).getHostPath()).isEqualTo("/srv");
        assertThat(task.getCommand().getArgumentsList()).containsExactly("-v", "x");
        assertThat(task.getCommand().hasValue())
                .as("the image's entrypoint is kept")
                .isFalse();
    }

    @Test
    void shouldJoinNamedNetworksWithoutPortsOfTheHost() {
        TaskInfo task = task("{'id':'/db','cmd':'run','container':{'type':'MESOS','docker':{'image':'db'},"
                + "'portMappings':[{'containerPort':5432,'name':'sql'}],"
                + "'linuxInfo':{'seccomp':{'unconfined':true},'ipcInfo':{'mode':'PRIVATE','shmSize':128}}},"
                + "'networks':[{'name':'one','labels':{'a':'b'}},{'mode':'container','name':'two'}]}");
        assertThat(task.getContainer().getNetworkInfosList())
                .extracting(NetworkInfo::getName)
                .containsExactly("one", "two");
        assertThat(task.getContainer().getNetworkInfos(0).getPortMappingsList()).isEmpty();
        assertThat(task.getResourcesList())
                .noneMatch(resource -> resource.getName().equals("ports"));
        assertThat(task.getDiscovery().getPorts().getPorts(0).getNumber()).isEqualTo(5432);
        LinuxInfo linux = task.getContainer().getLinuxInfo();
        assertThat(linux.getSeccomp().getUnconfined()).isTrue();
        assertThat(linux.getIpcMode()).isEqualTo(LinuxInfo.IpcMode.PRIVATE);
        assertThat(linux.getShmSize()).isEqualTo(128);
        assertThat(task.getCommand().getValue()).isEqualTo("run");
    }

    @Test
    void shouldUnderstandOlderDefinitions() {
        TaskInfo task = task("{'id':'/old','container':{'type':'DOCKER','docker':{'image':'old','network':'BRIDGE',"
                + "'portMappings':[{'containerPort':8080,'hostPort':0}]}}}");
        assertThat(task.getContainer().getDocker().getNetwork()).isEqualTo(DockerInfo.Network.BRIDGE);
        assertThat(task.getContainer().getDocker().getPortMappings(0).getContainerPort())
                .isEqualTo(8080);
    }

    @Test
    void shouldLeaveAppsWithoutContainerAsTheyWere() {
        TaskInfo task = task("{'id':'/plain','cmd':'x'}");
        assertThat(task.hasContainer()).isFalse();
        assertThat(task.getDiscovery().getPorts().getPorts(0).hasLabels()).isFalse();
        TaskInfo image = task("{'id':'/image','cmd':'x','container':{'type':'MESOS','docker':{'image':'a'}}}");
        assertThat(image.getContainer().getNetworkInfosCount()).isZero();
        assertThat(environment(image)).containsEntry("PORT0", "31000");
    }
}
