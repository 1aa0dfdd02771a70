package io.gatun.containerizer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.EngineConfig;
import io.gatun.isolator.EngineConfig.Parameter;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.PortMapping;
import io.gatun.isolator.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateRequestTest {
    private static final ContainerConfig PLAIN = new ContainerConfig(
                    "c1",
                    List.of("/bin/sh", "-c", "run"),
                    Map.of("A", "b", "MESOS_SANDBOX", "/host/path"),
                    Path.of("/sandbox"),
                    Optional.empty(),
                    new Limits(0, 0, 7)
                            .with(new Limits.Cpu(0.001, 0.01))
                            .with(new Limits.Memory(32L << 20, 64L << 20, 0)),
                    Path.of("/sandbox/stdout"),
                    Path.of("/sandbox/stderr"))
            .with(DockerRig.image("registry.example:5000/team/app:1"));

    private static ObjectNode of(ContainerConfig config) {
        return CreateRequest.of(config, "/run/gatun");
    }

    private static ContainerConfig with(Parameter... parameters) {
        return PLAIN.with(new EngineConfig(Optional.empty(), List.of(), false, List.of(parameters)));
    }

    @Test
    void shouldSayWhatMesosSays() {
        assertThat(of(PLAIN).toPrettyString().replace("\r", "")).isEqualTo("""
                {
                  "HostConfig" : {
                    "CpuShares" : 2,
                    "CpuPeriod" : 100000,
                    "CpuQuota" : 1000,
                    "MemoryReservation" : 33554432,
                    "Memory" : 67108864,
                    "MemorySwap" : 67108864,
                    "PidsLimit" : 7,
                    "ReadonlyRootfs" : false,
                    "Mounts" : [ {
                      "Type" : "bind",
                      "Source" : "/sandbox",
                      "Target" : "/mnt/mesos/sandbox",
                      "ReadOnly" : false
                    } ],
                    "NetworkMode" : "host",
                    "Privileged" : false
                  },
                  "Image" : "registry.example:5000/team/app:1",
                  "Entrypoint" : [ "/bin/sh" ],
                  "Cmd" : [ "-c", "run" ],
                  "Env" : [ "A=b", "MESOS_SANDBOX=/mnt/mesos/sandbox", "MESOS_CONTAINER_NAME=mesos-c1" ],
                  "Tty" : false,
                  "OpenStdin" : false,
                  "Labels" : {
                    "io.gatun.runtime_dir" : "/run/gatun"
                  }
                }""");
    }

    @Test
    void shouldMapPortsOnABridgeAndOnANamedNetwork() {
        List<PortMapping> ports = List.of(new PortMapping(31000, 80, "tcp"), new PortMapping(31001, 53, "udp"));
        String expected = "{\"80/tcp\":[{\"HostPort\":\"31000\"}],\"53/udp\":[{\"HostPort\":\"31001\"}]}";
        ObjectNode bridge = of(PLAIN.with(new NetworkConfig.Bridge(ports)));
        assertThat(bridge.at("/HostConfig/NetworkMode").asText()).isEqualTo("bridge");
        assertThat(bridge.at("/HostConfig/PortBindings")).hasToString(expected);
        assertThat(bridge.at("/ExposedPorts")).hasToString("{\"80/tcp\":{},\"53/udp\":{}}");
        ObjectNode named = of(PLAIN.with(new EngineConfig(Optional.of("backend"), ports, true, List.of())));
        assertThat(named.at("/HostConfig/NetworkMode").asText()).isEqualTo("backend");
        assertThat(named.at("/HostConfig/PortBindings")).hasToString(expected);
        assertThat(named.at("/HostConfig/Privileged").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cap-add          | NET_ADMIN            | /HostConfig/CapAdd          | ["NET_ADMIN"]
            memory-swap      | 1g                   | /HostConfig/MemorySwap      | 1073741824
            cpus             | 1.5                  | /HostConfig/NanoCpus        | 1500000000
            read-only        | true                 | /HostConfig/ReadonlyRootfs  | true
            ulimit           | nofile=1024:2048     | /HostConfig/Ulimits         | [{"Name":"nofile","Soft":1024,"Hard":2048}]
            device           | /dev/fuse            | /HostConfig/Devices         | [{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse","CgroupPermissions":"rwm"}]
            device           | /dev/a:/dev/b:r      | /HostConfig/Devices         | [{"PathOnHost":"/dev/a","PathInContainer":"/dev/b","CgroupPermissions":"r"}]
            sysctl           | net.core.somaxconn=9 | /HostConfig/Sysctls         | {"net.core.somaxconn":"9"}
            tmpfs            | /run:size=64m        | /HostConfig/Tmpfs           | {"/run":"size=64m"}
            log-opt          | max-size=10m         | /HostConfig/LogConfig       | {"Config":{"max-size":"10m"}}
            device-read-bps  | /dev/sda:1m          | /HostConfig/BlkioDeviceReadBps | [{"Path":"/dev/sda","Rate":1048576}]
            net              | none                 | /HostConfig/NetworkMode     | "none"
            env              | C=d                  | /Env/3                      | "C=d"
            user             | 1000:1000            | /User                       | "1000:1000"
            entrypoint       | /init                | /Entrypoint                 | ["/init"]
            health-interval  | 1m30.5s              | /Healthcheck/Interval       | 90500000000
            no-healthcheck   | true                 | /Healthcheck/Test           | ["NONE"]
            """)
    void shouldKnowTheOptionsOfDockerRun(String key, String value, String pointer, String json) {
        assertThat(of(with(new Parameter(key, value))).at(pointer)).hasToString(json);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            no-such   | x      | docker.parameters.no-such=x: is not known; known are add-host, blkio-weight,
            name      | mine   | docker.parameters.name=mine: Gatun names its containers itself
            restart   | always | docker.parameters.restart=always: the scheduler restarts tasks
            memory    | lots   | docker.parameters.memory=lots: must be a size as 512m
            read-only | maybe  | docker.parameters.read-only=maybe: must be true or false
            ulimit    | nofile | docker.parameters.ulimit=nofile: must be NAME=SOFT or NAME=SOFT:HARD
            device    | fuse   | docker.parameters.device=fuse: must be DEVICE[:PATH[:PERMISSIONS]]
            log-driver | none  | docker.parameters.log-driver=none: stdout and stderr in the sandbox are copied
            health-timeout | 5 | docker.parameters.health-timeout=5: must be a duration as 1m30s
            cpus      | -1     | docker.parameters.cpus=-1: must be a number of CPUs
            """)
    void shouldRefuseOtherOptionsByName(String key, String value, String message) {
        assertThatThrownBy(() -> of(with(new Parameter(key, value))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void shouldRefuseWhatAnEngineCannotDo() {
        refused(PLAIN.withParent(Optional.of("p")), "container c1: parent=p: a Docker Engine has no nested containers");
        refused(
                PLAIN.with(DockerRig.image("UPPER case")),
                "image=UPPER case: must be [registry[:port]/]repository[:tag][@digest]");
        refused(
                PLAIN.with(new NamespaceConfig(Optional.of("web"), false, 0)),
                "container c1: hostname=web: cannot be with network host");
        refused(
                PLAIN.with(new EngineConfig(Optional.of("host"), List.of(), false, List.of())),
                "container c1: docker.network=host: must be the name of a network that was made in the engine");
        refused(
                PLAIN.with(new EngineConfig(
                        Optional.empty(), List.of(new PortMapping(31000, 80, "tcp")), false, List.of())),
                "container c1: port_mappings=80/tcp: cannot be with network host");
        Volume missing = new Volume(new Volume.HostPath(Path.of("/no/such/path")), "/data", false);
        refused(
                PLAIN.with(PLAIN.filesystem().with(List.of(missing))),
                "container c1: volume /data: source=/no/such/path: must exist");
    }

    private static void refused(ContainerConfig config, String message) {
        assertThatThrownBy(() -> of(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
