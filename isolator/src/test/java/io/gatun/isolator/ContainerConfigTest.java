package io.gatun.isolator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerConfigTest {
    private static final Path BOX = Path.of("/box");

    private static ContainerConfig config(String id, List<String> argv, Map<String, String> environment, Path sandbox) {
        return new ContainerConfig(
                id, argv, environment, sandbox, Optional.empty(), Limits.NONE, Path.of("/out"), Path.of("/err"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".hidden", "a/b", "a b", "ü"})
    void shouldRefuseAnIdThatIsNoDirectoryName(String id) {
        assertThatThrownBy(() -> config(id, List.of("/p"), Map.of(), BOX))
                .hasMessageStartingWith("container id=" + id + ": must be 1 to 200 of");
    }

    @Test
    void shouldRefuseAnEmptyProgram() {
        assertThatThrownBy(() -> config("a", List.of(), Map.of(), BOX))
                .hasMessage("container a: argv=[]: must name a program");
        assertThatThrownBy(() -> config("a", List.of(""), Map.of(), BOX)).hasMessageContaining("must name a program");
    }

    @Test
    void shouldRefuseNul() {
        assertThatThrownBy(() -> config("a", List.of("/p", "x\0y"), Map.of(), BOX))
                .hasMessage("container a: argv=x\\0y: must not contain NUL");
        assertThatThrownBy(() -> config("a", List.of("/p"), Map.of("A", "\0"), BOX))
                .hasMessage("container a: environment.A=\\0: must not contain NUL");
    }

    @Test
    void shouldRefuseAVariableThatIsNoName() {
        assertThatThrownBy(() -> config("a", List.of("/p"), Map.of("A=B", ""), BOX))
                .hasMessage("container a: environment=A=B: a name must not be empty or contain '='");
    }

    @Test
    void shouldRefuseARelativeSandbox() {
        assertThatThrownBy(() -> config("a", List.of("/p"), Map.of(), Path.of("box")))
                .hasMessage("container a: sandbox=box: must be absolute");
    }
}
