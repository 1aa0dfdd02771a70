package io.gatun.isolator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Arch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    @Test
    void shouldRefuseLimitsThatAreNone() {
        assertThatThrownBy(() -> new Limits(-1, 0, 0)).hasMessageStartingWith("limits.cpus=-1.0: must be 0");
        assertThatThrownBy(() -> new Limits(Double.NaN, 0, 0)).hasMessageStartingWith("limits.cpus=NaN: must be 0");
        assertThatThrownBy(() -> new Limits(0, -5, 0)).hasMessageStartingWith("limits.memoryBytes=-5: must be 0");
        assertThatThrownBy(() -> new Limits(0, 0, -5)).hasMessageStartingWith("limits.pids=-5: must be 0");
    }

    @Test
    void shouldTellWhichLimitsCannotBeEnforced() {
        Host host = new Host(Arch.X86_64, 0, 0, Set.of(), false, CgroupHost.NONE);
        assertThat(host.unenforced(new Limits(1, 0, 7)))
                .containsExactly(
                        "limits.cpus cannot be enforced: cgroup controller 'cpu' is not usable",
                        "limits.pids cannot be enforced: cgroup controller 'pids' is not usable");
        assertThat(host.unenforced(Limits.NONE)).isEmpty();
    }
}
