package io.gatun.containerizer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.image.spec.ImageConfig;
import io.gatun.containerizer.image.spec.Json;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Image;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimeConfigTest {
    private static ImageConfig image(Object... run) {
        return ImageConfig.parse(Json.bytes(Map.of("config", LayoutWriter.config(run))));
    }

    private static List<String> words(String text) {
        return text == null ? List.of() : Arrays.asList(text.split(" ", -1));
    }

    private static ContainerConfig container(List<String> arguments, String... argv) {
        return ImageRig.container("c", Path.of("/sandbox"), new Image("app", false, arguments, Optional.empty()), argv);
    }

    /** The whole table: entrypoint and cmd of the image, arguments and argv of the task, what runs. */
    @ParameterizedTest
    @CsvSource({
        "e1 e2, c1 c2, , , e1 e2 c1 c2",
        "e1 e2, c1 c2, a1, , e1 e2 a1",
        "e1 e2, , , , e1 e2",
        "e1, , a1 a2, , e1 a1 a2",
        ", c1 c2, , , c1 c2",
        ", c1 c2, a1, , a1",
        ", , a1, , a1",
        "e1, c1, , /p x, /p x",
        "e1, c1, a1, /p, /p",
        ", , , /p, /p"
    })
    void shouldRun(String entrypoint, String cmd, String arguments, String argv, String runs) {
        ImageConfig image = image("Entrypoint", words(entrypoint), "Cmd", words(cmd));
        ContainerConfig config = container(words(arguments), words(argv).toArray(String[]::new));
        assertThat(RuntimeConfig.apply(config, image).argv()).isEqualTo(words(runs));
    }

    @Test
    void shouldNeedAProgram() {
        assertThatThrownBy(() -> RuntimeConfig.apply(container(List.of()), image()))
                .hasMessage("image app: has neither Entrypoint nor Cmd: the command of the task must name a program");
    }

    @Test
    void shouldPutTheContainersOwnBeforeTheImages() {
        ImageConfig image =
                image("Env", List.of("A=image", "B=image", "PATH=/opt"), "WorkingDir", "/srv", "User", "u:g");
        ContainerConfig plain =
                RuntimeConfig.apply(container(List.of(), "/p").withEnvironment(Map.of("A", "own")), image);
        assertThat(plain.environment()).isEqualTo(Map.of("A", "own", "B", "image", "PATH", "/opt"));
        assertThat(plain.filesystem().workingDirectory()).contains("/srv");
        assertThat(plain.user()).contains("u:g");
        assertThat(RuntimeConfig.apply(container(List.of(), "/p").withUser(Optional.of("me")), image)
                        .user())
                .contains("me");
        assertThat(RuntimeConfig.apply(container(List.of(), "/p"), image()).environment())
                .containsEntry("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        String standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        assertThat(RuntimeConfig.apply(container(List.of(), "/p").withEnvironment(Map.of("PATH", standard)), image)
                        .environment())
                .containsEntry("PATH", "/opt");
        assertThat(RuntimeConfig.apply(container(List.of(), "/p").withEnvironment(Map.of("PATH", "/own")), image)
                        .environment())
                .containsEntry("PATH", "/own");
        assertThatThrownBy(() -> RuntimeConfig.apply(container(List.of(), "/p"), image("WorkingDir", "srv")))
                .hasMessage("image configuration: WorkingDir=srv: must be absolute");
    }
}
