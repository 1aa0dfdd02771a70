package io.gatun.containerizer.docker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.Container;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.Termination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents and engines that come and go, with a real dockerd. */
@Timeout(900)
class DockerRecoveryClusterTest extends DockerEngineTest {
    /** Near its end a container waits for the test, which may be slower than it. */
    private static final String WAIT = "[ $i -ne 350 ] || while [ ! -e $MESOS_SANDBOX/go ]; do sleep 0.05; done;";

    private void go(String id) throws IOException {
        Files.createFile(directory.resolve("sandbox-" + id).resolve("go"));
    }

    @Test
    void shouldTakeOverWhatRunsAndLoseNoLine() throws IOException {
        Container before = rig.containerizer.launch(rig.shell(
                "counts",
                "i=0; while [ $i -lt 400 ]; do echo line $i; echo error $i >&2; i=$((i+1)); sleep 0.01; " + WAIT
                        + " done"));
        for (int i = 0; i < 3; i++) {
            int lines = 50 * (i + 1);
            DockerRig.await("lines", () -> rig.stdout("counts").lines().count() >= lines);
            Path log = directory.resolve("run/docker/counts/log");
            Path older = directory.resolve("older");
            Files.copy(log, older, StandardCopyOption.REPLACE_EXISTING);
            rig.containerizer.close();
            // What an agent leaves that was killed: it had written, and not yet recorded how far.
            Files.copy(older, log, StandardCopyOption.REPLACE_EXISTING);
            rig.containerizer = DockerContainerizer.open(rig.config);
            rig.containerizer.recover(Set.of("counts"));
            assertThat(rig.containerizer.containers()).containsExactly(before);
        }
        go("counts");
        assertThat(rig.end("counts").waitStatus()).isZero();
        assertThat(rig.stdout("counts")).isEqualTo(numbered("line "));
        assertThat(rig.stderr("counts")).isEqualTo(numbered("error "));
    }

    private static String numbered(String prefix) {
        return IntStream.range(0, 400).mapToObj(i -> prefix + i + "\n").collect(Collectors.joining());
    }

    @Test
    void shouldTellHowItEndedMeanwhile() {
        rig.containerizer.launch(rig.shell("ends", "sleep 1; echo last words; exit 7"));
        rig.containerizer.close();
        DockerRig.await("end", () -> rig.state("ends").equals("exited"));
        rig.containerizer = DockerContainerizer.open(rig.config);
        rig.containerizer.recover(Set.of("ends"));
        assertThat(rig.end("ends").exitStatus()).isEqualTo(7);
        assertThat(rig.stdout("ends")).isEqualTo("last words\n");
        // Told again by the next one, though the engine may have forgotten it by then.
        dockerd.docker("rm mesos-ends");
        rig.restart(Set.of("ends"));
        assertThat(rig.end("ends").exitStatus()).isEqualTo(7);
    }

    @Test
    void shouldEndOrphansAndNobodyElse() {
        rig.containerizer.launch(rig.config("mine", "/bin/sleep", "1000"));
        rig.containerizer.launch(rig.config("orphan", "/bin/sleep", "1000"));
        dockerd.docker("run -d --name mesos-stranger " + Dockerd.image() + " /bin/sleep 1000");
        rig.restart(Set.of("mine"));
        DockerRig.await("orphan's end", () -> rig.state("orphan").equals("exited"));
        assertThat(rig.state("mine")).isEqualTo("running");
        assertThat(rig.state("stranger")).isEqualTo("running");
        assertThat(rig.containerizer.containers()).extracting(Container::id).containsExactly("mine");

        rig.config = new DockerConfig(
                dockerd.socket, directory.resolve("run"), Duration.ZERO, Duration.ZERO, false, Optional.empty());
        rig.restart(Set.of());
        assertThat(rig.state("mine")).as("--docker_kill_orphans=false").isEqualTo("running");
        DockerRig.await("removal without delay", () -> rig.state("orphan").isEmpty());
        dockerd.docker("rm -f mesos-stranger");
    }

    @Test
    void shouldTellThatALaunchWasCutShort() throws IOException {
        rig.containerizer.launch(rig.config("half", "/bin/sleep", "1000"));
        rig.containerizer.close();
        Files.delete(directory.resolve("run/docker/half/running"));
        rig.containerizer = DockerContainerizer.open(rig.config);
        rig.containerizer.recover(Set.of("half"));
        assertThat(rig.end("half"))
                .isEqualTo(new Termination(
                        "half", -1, Optional.empty(), "the agent died while it launched the container"));
        DockerRig.await("removal", () -> rig.state("half").isEmpty());
    }

    @Test
    void shouldOutliveTheEngine() throws IOException {
        rig.containerizer.launch(rig.shell(
                "lasting",
                "i=0; while [ $i -lt 400 ]; do echo line $i; i=$((i+1)); sleep 0.02; " + WAIT + " done; exit 6"));
        rig.containerizer.launch(rig.config("waits", "/bin/sleep", "1000"));
        DockerRig.await("lines", () -> rig.stdout("lasting").lines().count() >= 20);
        dockerd.crash();
        assertThat(rig.containerizer.containers()).hasSize(2);
        assertThat(rig.containerizer.degradations())
                .singleElement()
                .asString()
                .startsWith("Docker containers: docker: connect " + dockerd.socket);
        assertThatThrownBy(() -> rig.containerizer.usage("waits")).hasMessageContaining("docker: ");
        assertThatThrownBy(() -> rig.containerizer.launch(rig.config("new", "/bin/true")))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith("container new: docker: connect " + dockerd.socket);
        rig.restart(Set.of("lasting", "waits"));
        assertThat(rig.containerizer.containers())
                .as("known without the engine")
                .hasSize(2);
        var destroyed = rig.containerizer.destroy("waits");
        dockerd.run();
        assertThat(destroyed.orTimeout(240, SECONDS).join().exitStatus()).isEqualTo(137);
        go("lasting");
        assertThat(rig.end("lasting").exitStatus()).isEqualTo(6);
        List<String> lines = rig.stdout("lasting").lines().toList();
        assertThat(lines).doesNotHaveDuplicates().endsWith("line 399");
        assertThat(rig.containerizer.degradations()).isEmpty();
    }
}
