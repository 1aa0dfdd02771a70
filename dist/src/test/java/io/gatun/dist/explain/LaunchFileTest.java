package io.gatun.dist.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchFileTest {
    @TempDir
    Path temp;

    private ContainerConfig read(String json) throws IOException {
        return LaunchFile.read(Files.writeString(temp.resolve("file.json"), json), Path.of("/work"));
    }

    @Test
    void shouldReadAnApp() throws IOException {
        ContainerConfig config = read("""
                {"id": "/web", "cmd": "sleep 1", "cpus": 0.5, "mem": 64, "user": "nobody", "env": {"A": "b"}}
                """);
        assertThat(config.argv()).containsExactly("/bin/sh", "-c", "sleep 1");
        assertThat(config.limits()).isEqualTo(new Limits(0.5, 64L << 20, 4096));
        assertThat(config.user()).contains("nobody");
        assertThat(config.environment()).containsEntry("A", "b").containsEntry("MESOS_SANDBOX", "/work/sandbox");
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
