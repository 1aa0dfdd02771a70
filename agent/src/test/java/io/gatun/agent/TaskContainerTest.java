package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.gatun.agent.store.RunPath;
import io.gatun.agent.store.VolumeDirectories;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.EngineConfig;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.PortMapping;
import io.gatun.isolator.Volume;
import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.Rlimit;
import io.gatun.mesos.v1.CapabilityInfo;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.ContainerInfo.DockerInfo;
import io.gatun.mesos.v1.Image;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.Parameter;
import io.gatun.mesos.v1.RLimitInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Secret;
import io.gatun.mesos.v1.TTYInfo;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TaskContainerTest {
    private static final ContainerOptions BOTH = new ContainerOptions(
            List.of("docker", "mesos"), true, new VolumeDirectories(Path.of("/work_dir")), "gatun0");
    private static final RunPath RUN = new RunPath("agent", "framework", "executor", "c1");

    private static ContainerConfig config(TaskInfo.Builder task) {
        return new TaskContainer(task.buildPartial(), BOTH, io.gatun.isolator.IoConfig.DEFAULT, Path.of("/sandbox"))
                .config(RUN, Map.of("PATH", "/bin", "A", "b"), Optional.of("nobody"), Limits.NONE);
    }

    private static TaskInfo.Builder shell() {
        return TaskInfo.newBuilder()
                .setCommand(CommandInfo.newBuilder().setValue("run"))
                .addResources(Resource.newBuilder()
                        .setName("ports")
                        .setType(Value.Type.RANGES)
                        .setRanges(Value.Ranges.newBuilder()
                                .addRange(Value.Range.newBuilder()
                                        .setBegin(31_000)
                                        .setEnd(31_005))));
    }

    @Test
    void shouldMountPersistentVolumesWhereTheTaskWantsThem() {
        Resource.Builder disk = Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(64))
                .addReservations(Resource.ReservationInfo.newBuilder().setRole("eng/web"));
        disk.getDiskBuilder().getPersistenceBuilder().setId("db-1");
        disk.getDiskBuilder().getVolumeBuilder().setContainerPath("var/db").setMode(io.gatun.mesos.v1.Volume.Mode.RW);
        Resource sandbox = Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(8))
                .build();
        ContainerConfig config = config(shell().addResources(disk)
                .addResources(sandbox)
                .addResources(Samples.disk(16, Resource.DiskInfo.Source.Type.PATH, "/disk1")));
        assertThat(config.filesystem().volumes())
                .containsExactly(new Volume(
                        new Volume.HostPath(Path.of("/work_dir/volumes/roles/eng web/db-1")), "var/db", false));
        assertThat(config.filesystem().diskBytes()).as("of the sandbox").isEqualTo(8 << 20);
        disk.getDiskBuilder().getVolumeBuilder().setMode(io.gatun.mesos.v1.Volume.Mode.RO);
        assertThat(config(shell().addResources(disk))
                        .filesystem()
                        .volumes()
                        .getFirst()
                        .readOnly())
                .isTrue();
        disk.getDiskBuilder().getVolumeBuilder().setContainerPath("/etc");
        assertThatThrownBy(() -> config(shell().addResources(disk))).hasMessageContaining("container_path='/etc'");
    }

    private static TaskInfo.Builder image(CommandInfo.Builder command, Consumer<ContainerInfo.Builder> change) {
        ContainerInfo.Builder container = ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS);
        container
                .getMesosBuilder()
                .setImage(Image.newBuilder()
                        .setType(Image.Type.DOCKER)
                        .setDocker(Image.Docker.newBuilder().setName("box:1")));
        change.accept(container);
        return shell().setCommand(command).setContainer(container);
    }

    private static TaskInfo.Builder docker(CommandInfo.Builder command, Consumer<DockerInfo.Builder> change) {
        DockerInfo.Builder docker = DockerInfo.newBuilder().setImage("box:1");
        change.accept(docker);
        return shell().setCommand(command)
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.DOCKER)
                        .setDocker(docker));
    }

    private static CommandInfo.Builder arguments(String... arguments) {
        return CommandInfo.newBuilder().setShell(false).addAllArguments(List.of(arguments));
    }

    @Test
    void shouldLeaveATaskWithoutContainerOnTheHost() {
        ContainerConfig config = config(shell());
        assertThat(config.argv()).containsExactly("/bin/sh", "-c", "run");
        assertThat(config.environment()).containsEntry("PATH", "/bin");
        assertThat(config.user()).contains("nobody");
        assertThat(config.network())
                .isEqualTo(new NetworkConfig.Host(Optional.of(List.of(new NetworkConfig.PortRange(31_000, 31_005)))));
        assertThat(config.engine()).isEmpty();
        assertThat(config.filesystem().image()).isEmpty();
    }

    /** docs/container-image.md, "Container Runtime Configuration", and src/docker/docker.cpp. */
    @Test
    void shouldRunWhatCommandAndImageSayTogether() {
        assertThat(config(image(CommandInfo.newBuilder().setValue("run"), c -> {}))
                        .argv())
                .containsExactly("/bin/sh", "-c", "run");
        ContainerConfig entrypoint = config(image(arguments("a", "b"), c -> {}));
        assertThat(entrypoint.argv()).isEmpty();
        assertThat(entrypoint.filesystem().image().orElseThrow().arguments()).containsExactly("a", "b");
        assertThat(entrypoint.environment()).as("the image's PATH counts").doesNotContainKey("PATH");
        assertThat(config(image(arguments("x", "y").setValue("/bin/x"), c -> {}))
                        .argv())
                .containsExactly("/bin/x", "y");
        ContainerConfig engine = config(docker(arguments("y").setValue("x"), d -> {}));
        assertThat(engine.argv()).isEmpty();
        assertThat(engine.filesystem().image().orElseThrow().arguments()).containsExactly("x", "y");
        assertThat(engine.user()).as("the image's user counts").isEmpty();
    }

    @Test
    void shouldPullAsToldWithTheImagesOwnCredentials() {
        ContainerConfig config = config(image(
                arguments(),
                container -> container
                        .getMesosBuilder()
                        .getImageBuilder()
                        .setCached(false)
                        .getDockerBuilder()
                        .setConfig(Secret.newBuilder()
                                .setType(Secret.Type.VALUE)
                                .setValue(Secret.Value.newBuilder().setData(ByteString.copyFromUtf8("{}"))))));
        assertThat(config.filesystem().image().orElseThrow().alwaysPull()).isTrue();
        assertThat(config.filesystem().image().orElseThrow().dockerConfig()).contains("{}");
    }

    @Test
    void shouldJoinTheBridgeAndNamedNetworks() {
        NetworkInfo.PortMapping port = NetworkInfo.PortMapping.newBuilder()
                .setHostPort(31_001)
                .setContainerPort(80)
                .build();
        for (String name : List.of("gatun0", "mesos-bridge")) {
            assertThat(config(image(
                                    arguments(),
                                    container -> container.addNetworkInfos(NetworkInfo.newBuilder()
                                            .setName(name)
                                            .addPortMappings(port))))
                            .network())
                    .isEqualTo(new NetworkConfig.Bridge(List.of(new PortMapping(31_001, 80, "tcp"))));
        }
        NetworkConfig.Cni cni = (NetworkConfig.Cni) config(image(
                        arguments(),
                        container -> container
                                .addNetworkInfos(
                                        NetworkInfo.newBuilder().setName("one").addPortMappings(port))
                                .addNetworkInfos(NetworkInfo.newBuilder().setName("two"))))
                .network();
        assertThat(cni.networks()).extracting(NetworkConfig.Attachment::name).containsExactly("one", "two");
        assertThat(cni.networks().getFirst().ports()).containsExactly(new PortMapping(31_001, 80, "tcp"));
    }

    @Test
    void shouldAskADockerEngineForItsNetworks() {
        Consumer<DockerInfo.Builder> bridge = docker -> docker.setNetwork(DockerInfo.Network.BRIDGE)
                .setPrivileged(true)
                .addParameters(Parameter.newBuilder().setKey("cap-add").setValue("ALL"))
                .addPortMappings(DockerInfo.PortMapping.newBuilder()
                        .setHostPort(31_002)
                        .setContainerPort(53)
                        .setProtocol("UDP"));
        ContainerConfig config = config(docker(arguments(), bridge));
        assertThat(config.network()).isEqualTo(new NetworkConfig.Bridge(List.of(new PortMapping(31_002, 53, "udp"))));
        assertThat(config.engine())
                .contains(new EngineConfig(
                        Optional.empty(), List.of(), true, List.of(new EngineConfig.Parameter("cap-add", "ALL"))));
        TaskInfo.Builder user = docker(arguments(), docker -> docker.setNetwork(DockerInfo.Network.USER));
        user.getContainerBuilder().addNetworkInfos(NetworkInfo.newBuilder().setName("backend"));
        assertThat(config(user).engine().orElseThrow().network()).contains("backend");
    }

    @Test
    void shouldCarryRightsAndLimitsOver() {
        ContainerConfig config = config(image(arguments(), container -> {
            container
                    .getLinuxInfoBuilder()
                    .setEffectiveCapabilities(
                            CapabilityInfo.newBuilder().addCapabilities(CapabilityInfo.Capability.NET_RAW))
                    .setShmSize(32);
            container
                    .getRlimitInfoBuilder()
                    .addRlimits(RLimitInfo.RLimit.newBuilder()
                            .setType(RLimitInfo.RLimit.Type.RLMT_NOFILE)
                            .setSoft(10)
                            .setHard(20));
            container.setTtyInfo(TTYInfo.newBuilder()
                    .setWindowSize(TTYInfo.WindowSize.newBuilder().setRows(2).setColumns(3)));
        }));
        assertThat(config.privileges().effectiveCapabilities()).contains(Set.of(Capability.NET_RAW));
        assertThat(config.privileges().rlimits()).containsExactly(new Rlimit(Rlimit.Type.NOFILE, 10, 20));
        assertThat(config.namespaces().sharedMemoryBytes()).isEqualTo(32L << 20);
        assertThat(config.io().terminal().orElseThrow().columns()).isEqualTo(3);
    }

    @Test
    void shouldNameFieldValueAndRule() {
        refused(docker(arguments(), docker -> docker.setImage("")), "container.docker.image='': must be present");
        refused(
                docker(
                        arguments(),
                        docker -> docker.setNetwork(DockerInfo.Network.BRIDGE)
                                .addPortMappings(DockerInfo.PortMapping.newBuilder()
                                        .setHostPort(80)
                                        .setContainerPort(80))),
                "container.docker.port_mappings.host_port=80: must be among the task's ports");
        refused(
                docker(arguments(), docker -> docker.setNetwork(DockerInfo.Network.USER)),
                "container.docker.network=USER: needs exactly one network_infos.name");
        refused(shell().setCommand(arguments("x")), "command.value='': must be present without an image");
        refused(
                image(
                        arguments(),
                        container -> container.addNetworkInfos(NetworkInfo.newBuilder()
                                .addPortMappings(NetworkInfo.PortMapping.newBuilder()
                                        .setHostPort(31_000)
                                        .setContainerPort(1)))),
                "container.network_infos.port_mappings: need a network with a name");
        ContainerOptions mesos =
                new ContainerOptions(List.of("mesos"), false, new VolumeDirectories(Path.of("/work_dir")), "gatun0");
        TaskContainer alone = new TaskContainer(
                docker(arguments(), d -> {}).buildPartial(),
                mesos,
                io.gatun.isolator.IoConfig.DEFAULT,
                Path.of("/sandbox"));
        assertThatThrownBy(() -> alone.config(RUN, Map.of(), Optional.empty(), Limits.NONE))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("container.type=DOCKER: --containerizers=mesos has no docker");
    }

    private static void refused(TaskInfo.Builder task, String message) {
        assertThatThrownBy(() -> config(task))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
