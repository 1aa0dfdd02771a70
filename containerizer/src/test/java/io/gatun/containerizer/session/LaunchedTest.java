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
        return config(Path.of("/sandbox"));
    }

    private static ContainerConfig config(Path sandbox) {
        return new ContainerConfig(
                "c",
                List.of("sh"),
                Map.of("PASSWORD", "secret"),
                sandbox,
                Optional.empty(),
                new Limits(1, 1 << 26, 0),
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"));
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
        assertThat(Files.readString(directory.resolve("launched")))
                .doesNotContain("PASSWORD", "\"secret\"", "secret-place", "olated");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("launched"))))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldSaveTheSameWhereOnlyNamesDiffer() throws IOException {
        Path[] saved = new Path[3];
        for (int i = 0; i < saved.length; i++) {
            saved[i] = Files.createDirectory(directory.resolve("c" + i));
            // The last one is another user's.
            Launched.save(config(Path.of("/sandbox" + i)).withUser(Optional.of(i < 2 ? "www" : "nobody")), saved[i]);
        }
        assertThat(saved[1].resolve("launched")).hasSameBinaryContentAs(saved[0].resolve("launched"));
        assertThat(Launched.load(saved[1]).orElseThrow().user()).contains("www");
        assertThat(Launched.load(saved[2]).orElseThrow().user()).contains("nobody");
        assertThat(Files.readString(saved[0].resolve("launched"))).doesNotContain("/sandbox");
    }

    @Test
    void shouldCostNothingForAnOrdinaryContainer() {
        Launched.save(config(), directory);
        assertThat(directory).isEmptyDirectory();
    }
}
