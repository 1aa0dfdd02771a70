package io.gatun.containerizer.docker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.ComposingContainerizer;
import io.gatun.containerizer.ComposingContainerizer.Member;
import io.gatun.containerizer.Container;
import io.gatun.containerizer.ContainerizerConfig;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.LinuxContainerizer;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Limits;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Containers of this host and of a real dockerd side by side, as with {@code --containerizers=docker,mesos}. */
@Timeout(900)
class ComposingClusterTest extends DockerEngineTest {
    private final String cgroups =
            "gatun-test-composed-" + ProcessHandle.current().pid();
    private ComposingContainerizer both;

    @BeforeEach
    void compose() {
        rig.containerizer.close();
        openBoth();
    }

    private void openBoth() {
        DockerContainerizer docker = DockerContainerizer.open(rig.config);
        LinuxContainerizer linux =
                LinuxContainerizer.open(new ContainerizerConfig(directory.resolve("linux"), cgroups, true));
        both = new ComposingContainerizer(List.of(
                new Member("docker", config -> config.filesystem().image().isPresent(), docker),
                new Member("mesos", config -> !config.sandbox().endsWith("sandbox-nobody"), linux)));
    }

    @AfterEach
    void endAll() {
        both.containers().forEach(container -> both.destroy(container.id()).join());
        both.close();
    }

    private ContainerConfig plain(String id, String... argv) {
        return rig.config(id, argv)
                .with(Filesystem.DEFAULT)
                .with(Limits.NONE)
                .withEnvironment(Map.of("PATH", "/usr/bin:/bin"));
    }

    @Test
    void shouldSendEachContainerWhereItBelongs() throws Exception {
        Container engines = both.launch(rig.config("boxed", "/bin/sleep", "1000"));
        Container hosts = both.launch(plain("plain", "/bin/sleep", "1000"));
        both.launch(plain("plain.inner", "/bin/sleep", "1000"));
        assertThat(rig.state("boxed")).isEqualTo("running");
        assertThat(rig.state("plain")).isEmpty();
        assertThat(both.containers()).contains(engines, hosts).hasSize(3);
        assertThatThrownBy(() -> both.launch(plain("boxed", "/bin/true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("container boxed: is known already");
        assertThatThrownBy(() -> both.launch(plain("nobody", "/bin/true")))
                .isInstanceOf(LaunchException.class)
                .hasMessage("container nobody: none of --containerizers=docker,mesos can launch it");
        assertThatThrownBy(() -> both.usage("else")).hasMessage("container else: is not known");

        both.close();
        openBoth();
        both.recover(Set.of("boxed", "plain"));
        assertThat(both.containers()).contains(engines, hosts).hasSize(3);
        assertThat(both.usage("boxed").processes()).isPositive();
        assertThat(both.status("plain").pid()).hasValue(hosts.pid());
        both.kill("plain", 15);
        assertThat(both.termination("plain").get(240, SECONDS).signal()).isEqualTo(15);
        both.remove("plain");
        assertThatThrownBy(() -> both.status("plain.inner")).hasMessageContaining("is not known");
        // Its names are free again, those of what was nested in it included.
        both.launch(plain("plain", "/bin/sleep", "1000"));
        both.launch(plain("plain.inner", "/bin/sleep", "1000"));
        both.kill("boxed", 9);
        assertThat(both.termination("boxed").get(240, SECONDS).exitStatus()).isEqualTo(137);
        both.remove("boxed");
        assertThat(both.launch(plain("boxed", "/bin/sleep", "1000")).id()).isEqualTo("boxed");
        assertThat(rig.state("boxed"))
                .as("the engine's is not the one of this name any more")
                .isNotEqualTo("running");
    }

    @Test
    void shouldEndOrphansOfEach() {
        both.launch(rig.config("boxed", "/bin/sleep", "1000"));
        both.launch(plain("plain", "/bin/sleep", "1000"));
        both.close();
        openBoth();
        both.recover(Set.of());
        assertThat(both.containers()).isEmpty();
        DockerRig.await("the engine's end", () -> rig.state("boxed").equals("exited"));
    }
}
