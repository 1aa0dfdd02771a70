package io.gatun.containerizer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.image.RegistryFiles;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.RootFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real dockerd pulls from a real registry that asks who is there; both are in the network namespace of the engine. */
@Timeout(900)
class DockerRegistryClusterTest extends DockerEngineTest {
    private static final int PORT = 5000;
    private static final String REGISTRY = "127.0.0.1:" + PORT;
    private static final String IMAGE = REGISTRY + "/secret/box:1";
    private static final String GOOD = RegistryFiles.credentials(REGISTRY, RegistryFiles.USER);
    private static final String WRONG = RegistryFiles.credentials(REGISTRY, "me:a-wrong-word");

    @BeforeEach
    void push() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/docker-registry")), "docker-registry is not installed");
        Path config = RegistryFiles.write(engineDirectory, "registry", PORT, true);
        if (!dockerd.in("busybox wget -q -O - http://" + REGISTRY + "/v2/").contains("401")) {
            dockerd.in("(/usr/bin/docker-registry serve " + config + " > " + engineDirectory + "/registry.log 2>&1 &)");
            DockerRig.await(
                    "registry: " + config,
                    () -> dockerd.in("busybox wget -q -O - http://" + REGISTRY + "/v2/")
                            .contains("401"));
        }
        Path login = Files.createDirectories(directory.resolve("login"));
        Files.writeString(login.resolve("config.json"), GOOD);
        dockerd.docker("tag " + Dockerd.image() + " " + IMAGE);
        assertThat(dockerd.in("docker --config " + login + " -H unix://" + dockerd.socket + " push " + IMAGE))
                .contains("digest: sha256:");
        dockerd.docker("rmi " + IMAGE);
    }

    private ContainerConfig container(String id, Optional<String> credentials) {
        return rig.config(id, "/bin/echo", "pulled")
                .with(new Filesystem(
                        Optional.of(new Image(IMAGE, false, List.of(), credentials)),
                        new RootFs.Host(),
                        Optional.empty(),
                        false,
                        List.of(),
                        0));
    }

    private void reopen(Optional<String> credentials) {
        rig.containerizer.close();
        rig.config = rig.config(credentials);
        rig.containerizer = DockerContainerizer.open(rig.config);
    }

    @Test
    void shouldPullWithTheAgentsCredentials() {
        reopen(Optional.of(GOOD));
        assertThat(rig.run(container("agent", Optional.empty())).waitStatus()).isZero();
        assertThat(rig.stdout("agent")).isEqualTo("pulled\n");
    }

    @Test
    void shouldPullWithTheImagesCredentialsBeforeTheAgents() {
        reopen(Optional.of(WRONG));
        assertThat(rig.run(container("own", Optional.of(GOOD))).waitStatus()).isZero();
        assertThat(rig.stdout("own")).isEqualTo("pulled\n");
    }

    @Test
    void shouldTellThatItMayNotPullAndNoSecret() {
        reopen(Optional.of(WRONG));
        assertThatThrownBy(() -> rig.containerizer.launch(container("wrong", Optional.empty())))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith("container wrong: docker: ")
                .hasMessageContaining(REGISTRY)
                .hasMessageContaining("unauthorized")
                .satisfies(e -> assertThat(e).hasToString(e.toString().replace("a-wrong-word", "")));
        reopen(Optional.empty());
        assertThatThrownBy(() -> rig.containerizer.launch(container("nobody", Optional.empty())))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("no basic auth credentials");
        assertThat(dockerd.docker("ps -aq")).isEmpty();
        assertThat(rig.containerizer.containers()).isEmpty();
    }
}
