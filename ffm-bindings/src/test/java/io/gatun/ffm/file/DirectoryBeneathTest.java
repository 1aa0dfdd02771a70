package io.gatun.ffm.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryBeneathTest {
    @TempDir
    Path directory;

    private static void make(Path top, String path) {
        DirectoryBeneath.make(top, path, DirectoryBeneath.UNCHANGED, DirectoryBeneath.UNCHANGED);
    }

    @Test
    void shouldMakeWhatIsMissing() throws IOException {
        Path top = Files.createDirectory(directory.resolve("top"));
        Files.createDirectory(top.resolve("real"));
        Files.createSymbolicLink(top.resolve("link"), Path.of("real"));
        make(top, "link/a/b");
        make(top, "link/a/b");
        assertThat(top.resolve("real/a/b")).isDirectory();
    }

    @Test
    void shouldNotBeLedOut() throws IOException {
        Path top = Files.createDirectory(directory.resolve("top"));
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createSymbolicLink(top.resolve("absolute"), outside);
        Files.createSymbolicLink(top.resolve("up"), Path.of("../outside"));
        Files.createSymbolicLink(top.resolve("magic"), Path.of("/proc/self/cwd"));
        for (String hostile : new String[] {"absolute/x", "up/x", "magic/x", "absolute", "up"}) {
            assertThatThrownBy(() -> make(top, hostile)).as(hostile).hasMessageContaining("EXDEV");
        }
        assertThat(outside).isEmptyDirectory();
    }
}
