package io.gatun.containerizer.docker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.ContainerStatus;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.Limitation;
import io.gatun.containerizer.Termination;
import io.gatun.containerizer.Usage;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.EngineConfig;
import io.gatun.isolator.EngineConfig.Parameter;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a container of an engine is and how it ends, with a real dockerd. */
@Timeout(900)
class DockerContainerizerClusterTest extends DockerEngineTest {
    private static final int SIGTERM = 15;

    @Test
    void shouldShowTheContainerFromInside() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.writeString(shared.resolve("file"), "from the host\n");
        ContainerConfig config = rig.shell(
                "inside",
                "echo $GREETING $FROM_IMAGE $MESOS_SANDBOX $MESOS_CONTAINER_NAME; echo left > $MESOS_SANDBOX/mine;"
                        + " cat /data/file; echo x > /data/file || echo read-only; echo oops >&2; exit 3");
        Filesystem files = config.filesystem().with(List.of(new Volume(new Volume.HostPath(shared), "/data", true)));
        assertThat(rig.run(config.with(files)))
                .isEqualTo(new Termination("inside", 3 << 8, Optional.empty(), "exited with status 3"));
        assertThat(rig.stdout("inside"))
                .isEqualTo("hello world yes /mnt/mesos/sandbox mesos-inside\nfrom the host\nread-only\n");
        assertThat(rig.stderr("inside")).endsWith("Read-only file system\noops\n");
        assertThat(directory.resolve("sandbox-inside/mine")).hasContent("left\n");
        assertThat(rig.state("inside")).isEqualTo("exited");
    }

    @Test
    void shouldKeepTheImagesEntrypointAndCommandUnlessTold() {
        assertThat(rig.run(rig.config("default")).waitStatus()).isZero();
        assertThat(rig.stdout("default")).isEqualTo("default\n");
        ContainerConfig config = rig.config("given");
        Image image = new Image(Dockerd.image(), false, List.of("/bin/echo", "one", "two words"), Optional.empty());
        Filesystem files = config.filesystem();
        rig.run(config.with(
                new Filesystem(Optional.of(image), files.root(), files.workingDirectory(), false, List.of(), 0)));
        assertThat(rig.stdout("given")).isEqualTo("one two words\n");
    }

    @Test
    void shouldLimitAndUpdateAndCount() {
        rig.containerizer.launch(rig.shell("limits", "while :; do :; done").with(new Limits(0.25, 48L << 20, 20)));
        String host = dockerd.docker("inspect -f '{{.HostConfig.CpuShares}} {{.HostConfig.CpuQuota}}"
                + " {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.PidsLimit}}' mesos-limits");
        assertThat(host.strip()).isEqualTo("256 25000 " + (48 << 20) + " " + (48 << 20) + " 20");
        DockerRig.await(
                "bandwidth periods", () -> rig.containerizer.usage("limits").cpusNrPeriods() > 2);
        Usage usage = rig.containerizer.usage("limits");
        assertThat(usage.cpusLimit()).isEqualTo(0.25);
        assertThat(usage.memLimitBytes()).isEqualTo(48 << 20);
        assertThat(usage.memTotalBytes()).isBetween(4096L, 48L << 20);
        assertThat(usage.cpusUserTimeSecs()).isPositive();
        assertThat(usage.processes()).isEqualTo(1);
        rig.containerizer.update("limits", new Limits(0.5, 80L << 20, 30));
        assertThat(rig.containerizer.usage("limits").cpusLimit()).isEqualTo(0.5);
        assertThat(rig.containerizer.usage("limits").memLimitBytes()).isEqualTo(80 << 20);
        rig.containerizer.destroy("limits").join();
        assertThatThrownBy(() -> rig.containerizer.usage("limits")).hasMessage("container limits: has ended");
    }

    @Test
    void shouldTellThatMemoryRanOut() {
        Termination end = rig.run(rig.config("hog", "/bin/tail", "/dev/zero").with(new Limits(0, 32L << 20, 0)));
        assertThat(end.limitation()).as(end.message()).contains(Limitation.MEMORY);
        assertThat(end.message()).startsWith("Memory limit exceeded: requested 32.0 MiB;");
    }

    @Test
    void shouldEndPolitelyThenSurely() {
        rig.containerizer.launch(
                rig.shell("polite", "trap 'echo got; exit 4' TERM; echo up; while :; do sleep 0.1; done"));
        DockerRig.await("trap", () -> rig.stdout("polite").contains("up"));
        rig.containerizer.kill("polite", SIGTERM);
        assertThat(rig.end("polite").exitStatus()).isEqualTo(4);
        assertThat(rig.stdout("polite")).isEqualTo("up\ngot\n");
        rig.containerizer.kill("polite", SIGTERM);

        ContainerConfig other = rig.shell("other", "trap 'exit 5' USR1; echo up; while :; do sleep 0.1; done")
                .with(parameters(new Parameter("stop-signal", "SIGUSR1")));
        rig.containerizer.launch(other);
        DockerRig.await("trap", () -> rig.stdout("other").contains("up"));
        rig.containerizer.kill("other", SIGTERM);
        assertThat(rig.end("other").exitStatus()).isEqualTo(5);

        rig.containerizer.launch(rig.shell("stubborn", "trap '' TERM; echo up; while :; do sleep 1; done"));
        DockerRig.await("trap", () -> rig.stdout("stubborn").contains("up"));
        assertThat(rig.containerizer
                        .destroy("stubborn")
                        .orTimeout(240, SECONDS)
                        .join()
                        .exitStatus())
                .isEqualTo(137);
        rig.containerizer.remove("stubborn");
        assertThatThrownBy(() -> rig.containerizer.termination("stubborn"))
                .hasMessage("container stubborn: is not known");
    }

    @Test
    void shouldNameTheStepThatFailedAndLeaveNothing() {
        assertThatThrownBy(() -> rig.containerizer.launch(rig.config("a", "/nowhere")))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith("container a: docker: POST /containers/mesos-a/start: 400 Bad Request:")
                .hasMessageContaining("/nowhere");
        assertThatThrownBy(() ->
                        rig.containerizer.launch(rig.config("b", "x").with(DockerRig.image("127.0.0.1:1/none:7"))))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith("container b: docker: ")
                .hasMessageContaining("127.0.0.1:1");
        assertThat(rig.containerizer.containers()).isEmpty();
        assertThat(dockerd.docker("ps -aq")).isEmpty();
        assertThat(directory.resolve("run/docker")).isEmptyDirectory();
    }

    @Test
    void shouldReachAContainerOnTheBridge() {
        ContainerConfig config = rig.shell(
                        "web", "echo found > /tmp/index.html; echo up; exec /bin/httpd -f -p 8000 -h /tmp")
                .with(new NetworkConfig.Bridge(List.of(new NetworkConfig.PortMapping(31500, 8000, "tcp"))))
                .with(parameters(
                        new Parameter("health-cmd", "wget -q -O - 127.0.0.1:8000"),
                        new Parameter("health-interval", "500ms"),
                        new Parameter("label", "who=me")));
        List<String> told = new CopyOnWriteArrayList<>();
        rig.containerizer.onHealth((id, healthy) -> told.add(id + "=" + healthy));
        rig.containerizer.launch(config);
        DockerRig.await(
                "healthy", () -> rig.containerizer.status("web").health().equals(Optional.of(true)));
        ContainerStatus status = rig.containerizer.status("web");
        assertThat(status.state()).isEqualTo(ContainerStatus.State.RUNNING);
        assertThat(status.networks()).hasSize(1);
        assertThat(status.networks().getFirst().name()).isEqualTo("bridge");
        String address = status.networks().getFirst().addresses().getFirst();
        assertThat(dockerd.in("busybox wget -q -O - http://" + address + ":8000/"))
                .isEqualTo("found\n");
        assertThat(dockerd.in("busybox wget -q -O - http://127.0.0.1:31500/")).isEqualTo("found\n");
        assertThat(dockerd.docker("inspect -f '{{.Config.Labels.who}}' mesos-web"))
                .isEqualTo("me\n");
        DockerRig.await("told", () -> told.contains("web=true"));
        List<String> later = new CopyOnWriteArrayList<>();
        rig.containerizer.onHealth((id, healthy) -> later.add(id + "=" + healthy));
        DockerRig.await("told at once", () -> later.contains("web=true"));
        dockerd.docker("exec mesos-web busybox rm /tmp/index.html");
        DockerRig.await("told of the change", () -> later.contains("web=false"));
        rig.containerizer.destroy("web").join();
        assertThat(rig.containerizer.status("web").state()).isEqualTo(ContainerStatus.State.ENDED);
    }

    private static EngineConfig parameters(Parameter... parameters) {
        return new EngineConfig(Optional.empty(), List.of(), false, List.of(parameters));
    }
}
