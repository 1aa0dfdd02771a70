package io.gatun.dist.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirTest {
    @TempDir
    Path temp;

    @Test
    void shouldLieWhereTheUserKeepsData() {
        Path home = Path.of("/home/ann");
        assertThat(WorkDir.standard("root", Map.of(), Path.of("/root"))).hasToString("/var/lib/gatun");
        assertThat(WorkDir.standard("ann", Map.of(), home)).hasToString("/home/ann/.local/share/gatun");
        assertThat(WorkDir.standard("ann", Map.of("XDG_DATA_HOME", "/data"), home))
                .hasToString("/data/gatun");
        assertThat(WorkDir.standard("ann", Map.of("XDG_DATA_HOME", "data"), home))
                .hasToString("/home/ann/.local/share/gatun");
    }

    @Test
    void shouldRefuseASecondUserAndNameTheFirst() throws IOException {
        Path path = temp.resolve("state");
        try (WorkDir first = WorkDir.open(path)) {
            assertThat(first.log()).hasToString(first.path() + "/log/gatun.log");
            assertThatThrownBy(() -> WorkDir.open(path))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("--work_dir=" + path)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        WorkDir.open(path).close();
    }

    @Test
    void shouldSayWhatToDoWhenItCannotWrite() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        assertThatThrownBy(() -> WorkDir.open(file.resolve("below")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--work_dir=" + file.resolve("below"))
                .hasMessageContaining("choose a folder");
    }
}
