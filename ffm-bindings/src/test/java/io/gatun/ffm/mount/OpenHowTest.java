package io.gatun.ffm.mount;

import static io.gatun.ffm.mount.OpenHow.RESOLVE_BENEATH;
import static io.gatun.ffm.mount.OpenHow.RESOLVE_IN_ROOT;
import static io.gatun.ffm.mount.OpenHow.RESOLVE_NO_MAGICLINKS;
import static io.gatun.ffm.mount.OpenHow.RESOLVE_NO_SYMLINKS;
import static io.gatun.ffm.mount.OpenHow.RESOLVE_NO_XDEV;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** openat2 against the links that somebody hostile would plant. */
class OpenHowTest {
    @TempDir
    Path directory;

    private Path root;

    @BeforeEach
    void plant() throws IOException {
        Files.writeString(directory.resolve("secret"), "outside");
        root = Files.createDirectory(directory.resolve("root"));
        Files.writeString(root.resolve("secret"), "inside");
        Files.createSymbolicLink(root.resolve("absolute"), directory.resolve("secret"));
        Files.createSymbolicLink(root.resolve("up"), Path.of("../secret"));
        Files.createSymbolicLink(root.resolve("magic"), Path.of("/proc/self/root"));
        Files.createSymbolicLink(root.resolve("fine"), Path.of("secret"));
    }

    private String read(long resolve, String path) {
        try (OwnedFd top = Fd.open(root, Fd.O_PATH, 0);
                OwnedFd file = new OpenHow(Fd.O_RDONLY, 0, resolve).open(top.fd(), path)) {
            return new String(Fd.read(file.fd(), 100, path), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldStayBeneath() {
        assertThat(read(RESOLVE_BENEATH, "fine")).isEqualTo("inside");
        for (String link : new String[] {"absolute", "up", "../secret", "/secret"}) {
            assertThatThrownBy(() -> read(RESOLVE_BENEATH, link))
                    .as(link)
                    .hasMessage("openat2 " + link + ": EXDEV (Invalid cross-device link)");
        }
    }

    @Test
    void shouldTakeTheDirectoryForTheRoot() {
        assertThat(read(RESOLVE_IN_ROOT, "up")).isEqualTo("inside");
        assertThat(read(RESOLVE_IN_ROOT, "../../../secret")).isEqualTo("inside");
        assertThatThrownBy(() -> read(RESOLVE_IN_ROOT, "absolute"))
                .hasMessage("openat2 absolute: ENOENT (No such file or directory)");
    }

    @Test
    void shouldRefuseLinks() {
        assertThatThrownBy(() -> read(RESOLVE_NO_SYMLINKS, "fine")).hasMessageContaining("openat2 fine: ELOOP");
        assertThat(read(RESOLVE_NO_MAGICLINKS, "fine")).isEqualTo("inside");
        assertThatThrownBy(() -> read(RESOLVE_NO_MAGICLINKS, "magic/etc/passwd"))
                .hasMessageContaining("openat2 magic/etc/passwd: ELOOP");
        assertThatThrownBy(() -> read(RESOLVE_NO_XDEV, "magic/proc/version")).hasMessageContaining("EXDEV");
    }
}
