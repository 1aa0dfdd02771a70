package io.gatun.dist.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.Seccomp;
import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchFileTest {
    @TempDir
    Path temp;

    private ContainerConfig read(String json) throws IOException {
        return LaunchFile.read(Files.writeString(temp.resolve("file.json"), json), Path.of("/srv"));
    }

    @Test
    void shouldReadAnApp() throws IOException {
        ContainerConfig config = read("""
                {"id": "/web", "cmd": "sleep 1", "cpus": 0.5, "mem": 64, "user": "nobody", "env": {"A": "b"}}
                """);
        assertThat(config.argv()).containsExactly("/bin/sh", "-c", "sleep 1");
        assertThat(config.limits()).isEqualTo(new Limits(0.5, 64L << 20, 4096));
        assertThat(config.user()).contains("nobody");
        assertThat(config.environment()).containsEntry("A", "b").containsEntry("MESOS_SANDBOX", "/srv/sandbox");
    }

    @Test
    void shouldReadATask() throws IOException {
        ContainerConfig config = read("""
                {"name": "t", "task_id": {"value": "t1"}, "agent_id": {"value": "a"},
                 "command": {"shell": false, "value": "/bin/sleep", "arguments": ["sleep", "1"]},
                 "resources": [{"name": "cpus", "type": "SCALAR", "scalar": {"value": 2}},
                               {"name": "mem", "type": "SCALAR", "scalar": {"value": 32}}]}
                """);
        assertThat(config.argv()).containsExactly("/bin/sleep", "1");
        assertThat(config.limits()).isEqualTo(new Limits(2, 32L << 20, 4096));
        assertThat(config.user()).isEmpty();
    }

    @Test
    void shouldReadWhatATaskAsksOfItsContainer() throws IOException {
        ContainerConfig config = read("""
                {"name": "t", "task_id": {"value": "t1"}, "agent_id": {"value": "a"},
                 "command": {"value": "true"},
                 "container": {"type": "MESOS", "hostname": "web",
                   "mesos": {"image": {"type": "DOCKER", "docker": {"name": "alpine"}}},
                   "volumes": [{"mode": "RO", "host_path": "/srv", "container_path": "/data"},
                     {"mode": "RW", "container_path": "own",
                      "source": {"type": "SANDBOX_PATH", "sandbox_path": {"type": "SELF", "path": "kept"}}},
                     {"mode": "RO", "container_path": "/tools",
                      "image": {"type": "DOCKER", "docker": {"name": "busybox"}}}],
                   "tty_info": {"window_size": {"rows": 40, "columns": 100}},
                   "linux_info": {"share_pid_namespace": true, "seccomp": {"unconfined": true},
                     "effective_capabilities": {"capabilities": ["NET_BIND_SERVICE"]}},
                   "network_infos": [{"name": "mesos-bridge",
                     "port_mappings": [{"host_port": 31000, "container_port": 80}]}]},
                 "resources": [{"name": "ports", "type": "RANGES",
                   "ranges": {"range": [{"begin": 31000, "end": 31000}]}}]}
                """);
        assertThat(config.filesystem().image().orElseThrow().name()).isEqualTo("alpine");
        assertThat(config.filesystem().root()).isInstanceOf(RootFs.Overlay.class);
        assertThat(config.filesystem().volumes())
                .startsWith(
                        new Volume(new Volume.HostPath(Path.of("/srv")), "/data", true),
                        new Volume(new Volume.SandboxPath(Optional.empty(), "kept"), "own", false));
        assertThat(config.filesystem().volumes().getLast().source())
                .isInstanceOfSatisfying(
                        Volume.ImageFiles.class,
                        files -> assertThat(files.root()).isPresent());
        assertThat(config.privileges().seccomp()).isEqualTo(new Seccomp.Unconfined());
        assertThat(config.privileges().effectiveCapabilities()).contains(Set.of(Capability.NET_BIND_SERVICE));
        assertThat(config.io().terminal()).contains(new IoConfig.Terminal(40, 100));
        assertThat(config.namespaces().hostname()).contains("web");
        assertThat(config.namespaces().sharePidNamespace()).isTrue();
        assertThat(config.network())
                .isEqualTo(new NetworkConfig.Bridge(List.of(new NetworkConfig.PortMapping(31_000, 80, "tcp"))));
    }

    private ContainerConfig readContainer(String container) throws IOException {
        return read("{\"name\": \"t\", \"task_id\": {\"value\": \"t1\"}, \"agent_id\": {\"value\": \"a\"}, \"command\":"
                + " {\"shell\": false}, \"container\": " + container + "}");
    }

    @Test
    void shouldSayWhatCannotBeExplained() {
        assertThatThrownBy(() -> readContainer("""
                {"type": "MESOS", "mesos": {"image": {"type": "DOCKER", "docker": {"name": "nginx"}}}}
                """))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("the entrypoint of an image");
        assertThatThrownBy(() -> readContainer("""
                {"type": "DOCKER", "docker": {"image": "nginx"}}
                """))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--containerizers=mesos has no docker");
    }

    @Test
    void shouldShowANetworkOfAPluginAndNoSecret() throws IOException {
        ContainerConfig config = read("""
                {"name": "t", "task_id": {"value": "t1"}, "agent_id": {"value": "a"},
                 "command": {"value": "true", "environment": {"variables": [{"name": "TOKEN", "type": "SECRET",
                   "secret": {"type": "VALUE", "value": {"data": "aHVzaA=="}}}]}},
                 "container": {"type": "MESOS", "network_infos": [{"name": "weave"}]}}
                """);
        assertThat(config.network())
                .isInstanceOfSatisfying(
                        NetworkConfig.Cni.class,
                        cni -> assertThat(cni.networks()).containsExactly(new NetworkConfig.Attachment("weave")));
        assertThat(config.environment()).containsEntry("TOKEN", "<secret>");
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() {
        assertThatThrownBy(() -> read("{")).isInstanceOf(StartupException.class).hasMessageContaining("is not JSON");
        assertThatThrownBy(() -> read("{\"id\": \"/x\"}"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("file.json")
                .hasMessageContaining("neither cmd nor args");
        assertThatThrownBy(() -> LaunchFile.read(temp.resolve("none"), temp))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("none");
    }
}
