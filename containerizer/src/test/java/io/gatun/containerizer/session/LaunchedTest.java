package io.gatun.containerizer.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Privileges;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchedTest {
    @TempDir
    Path directory;

    private static ContainerConfig config() {
        return new ContainerConfig(
                "c",
                List.of("sh"),
                Map.of("PASSWORD", "secret"),
                Path.of("/sandbox"),
                Optional.empty(),
                new Limits(1, 1 << 26, 0),
                Path.of("/sandbox/stdout"),
                Path.of("/sandbox/stderr"));
    }

    @Test
    void shouldSaveWhatCountsForProgramsAndNoSecret() throws IOException {
        RootFs root = new RootFs.Overlay(List.of(Path.of("/a"), Path.of("/b")), Path.of("/up"), Path.of("/work"));
        ContainerConfig special = config().withUser(Optional.of("www-data"))
                .with(new Privileges(false))
                .with(new Filesystem(
                        Optional.empty(),
                        root,
                        Optional.of("/app"),
                        true,
                        List.of(new Volume(new Volume.HostPath(Path.of("/secret-place")), "data", false)),
                        0));
        Launched.save(special, directory);
        ContainerConfig loaded = Launched.load(directory).orElseThrow();
        assertThat(loaded.user()).contains("www-data");
        assertThat(loaded.privileges()).isEqualTo(special.privileges());
        assertThat(loaded.filesystem().root()).isEqualTo(root);
        assertThat(loaded.filesystem().workingDirectory()).contains("/app");
        assertThat(loaded.namespaces()).isEqualTo(special.namespaces());
        assertThat(loaded.sandbox()).isEqualTo(special.sandbox());
        assertThat(Files.readString(directory.resolve("launched")))
                .doesNotContain("PASSWORD", "\"secret\"", "secret-place", "olated");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("launched"))))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldCostNothingForAnOrdinaryContainer() {
        Launched.save(config(), directory);
        assertThat(directory).isEmptyDirectory();
    }
}
