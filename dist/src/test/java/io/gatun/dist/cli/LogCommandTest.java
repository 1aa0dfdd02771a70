package io.gatun.dist.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.flags.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCommandTest {
    @TempDir
    Path workDir;

    @Test
    void shouldSayWhereTheLogIsWhenAWorkDirIsVerified() throws Exception {
        Path log = Files.createDirectory(workDir.resolve("replicated_log"));
        assertThatThrownBy(() -> new LogCommand().verify(workDir))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(workDir + ": is a master's --work_dir")
                .hasMessageContaining("give " + log);
    }
}
