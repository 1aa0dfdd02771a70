package io.gatun.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every kernel test may count on. */
@KernelTest
class VmKernelTest {
    private static boolean beforeAll;
    private boolean beforeEach;

    @BeforeAll
    static void prepare() {
        beforeAll = true;
    }

    @BeforeEach
    void prepareEach() {
        beforeEach = true;
    }

    @Test
    void shouldRunAsRootInTheGuest() throws IOException {
        assertThat(beforeAll && beforeEach).isTrue();
        assertThat(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip())
                .isEqualTo("gatun-vm");
        assertThat(System.getProperty("user.name")).isEqualTo("root");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "io", "memory", "pids"})
    void shouldHaveCgroupControllers(String controller) throws IOException {
        String enabled = Files.readString(Path.of("/sys/fs/cgroup/cgroup.subtree_control"));
        assertThat(enabled.strip().split(" ")).contains(controller);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ip_vs", "ip_vs_wlc", "dummy", "veth", "bridge", "overlay"})
    void shouldHaveModules(String module) throws Exception {
        // It knows those, too, that are part of the kernel, of which /sys/module tells only if they have parameters.
        Process modprobe = new ProcessBuilder("modprobe", "--show-depends", module)
                .redirectErrorStream(true)
                .start();
        String said = new String(modprobe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(modprobe.waitFor()).as(said).isZero();
        if (!said.startsWith("builtin")) {
            assertThat(Path.of("/sys/module", module)).isDirectory();
        }
    }

    @Nested
    class Disk {
        @Test
        void shouldKeepWritesFromTheHost() throws IOException {
            Path marker = Path.of(System.getProperty("basedir", ""), VmDiskTest.MARKER)
                    .toAbsolutePath();
            Files.writeString(marker, "x");
            assertThat(marker).exists();
            assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain("hostfs");
        }
    }
}
