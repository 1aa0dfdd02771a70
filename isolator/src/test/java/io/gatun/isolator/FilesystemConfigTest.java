package io.gatun.isolator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files, volumes and namespaces that cannot be are refused by name, value and rule. */
class FilesystemConfigTest {
    private static final Volume.Source HOST = new Volume.HostPath(Path.of("/srv"));

    @ParameterizedTest
    @ValueSource(strings = {"/", "/dev", "/proc/sys", "/sys"})
    void shouldRefuseTargetsThatAreTheSystems(String path) {
        assertThatThrownBy(() -> new Volume(HOST, path, false))
                .hasMessage("volume.containerPath=" + path + ": must not be /, /dev, or in /proc or /sys");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "a/../b", "/a/./b", "../x"})
    void shouldRefuseDots(String path) {
        assertThatThrownBy(() -> new Volume(HOST, path, false))
                .hasMessage("volume.containerPath=" + path + ": must not have . or .. in it");
        assertThatThrownBy(() -> new Volume.SandboxPath(Optional.empty(), path))
                .hasMessage("volume.sandboxPath=" + path + ": must not have . or .. in it");
    }

    @Test
    void shouldRefuseWhatIsNotAbsoluteOrIs() {
        assertThatThrownBy(() -> new Volume.HostPath(Path.of("srv")))
                .hasMessage("volume.hostPath=srv: must be absolute");
        assertThatThrownBy(() -> new Volume.SandboxPath(Optional.empty(), "/x"))
                .hasMessage("volume.sandboxPath=/x: must be relative");
        assertThatThrownBy(() -> Filesystem.DEFAULT.withWorkingDirectory(Optional.of("srv")))
                .hasMessage("filesystem.workingDirectory=srv: must be an absolute path");
    }

    @Test
    void shouldRefuseAReadOnlyHost() {
        assertThatThrownBy(
                        () -> new Filesystem(Optional.empty(), new RootFs.Host(), Optional.empty(), true, List.of(), 0))
                .hasMessage("filesystem.readOnlyRoot=true: needs an image or another root than the host's");
    }

    @Test
    void shouldNotPrintSecrets() {
        Volume.Secret secret = Volume.Secret.of("open sesame");
        assertThat(new Volume(secret, "/run/secret", true).toString())
                .isEqualTo(
                        "Volume[source=<secret>, containerPath=/run/secret, readOnly=true, propagation=HOST_TO_CONTAINER]");
        assertThat(secret).isEqualTo(Volume.Secret.of("open sesame")).isNotEqualTo(Volume.Secret.of("other"));
        byte[] tooMuch = new byte[(1 << 20) + 1];
        assertThatThrownBy(() -> new Volume.Secret(tooMuch))
                .hasMessage("volume.secret=<1048577 bytes>: must be at most 1048576");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-5, 10", "2147483647, 1", "1, 0", "100000, 2147483647"})
    void shouldRefuseIdsThatAreNone(int first, int count) {
        assertThatThrownBy(() -> new IdMapping(first, count))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("idMapping.");
    }

    @Test
    void shouldMapIds() {
        IdMapping ids = new IdMapping(100_000, 1000);
        assertThat(ids.line()).isEqualTo("0 100000 1000");
        assertThat(ids.onHost(new Identity(33, 44, List.of(44, 5))))
                .isEqualTo(new Identity(100_033, 100_044, List.of(100_044, 100_005)));
        assertThatThrownBy(() -> ids.onHost(new Identity(1000, 0, List.of())))
                .hasMessage("uid=1000: must be below 1000, how many ids the container has");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "a_b", "a b"})
    void shouldRefuseHostNames(String name) {
        assertThatThrownBy(() -> new NamespaceConfig(Optional.of(name), false, 0))
                .hasMessage("namespaces.hostname=" + name
                        + ": must be 1 to 64 of A-Z a-z 0-9 . - and start and end with a letter or digit");
    }

    @Test
    void shouldRefuseASizeForWhatIsShared() {
        assertThatThrownBy(() ->
                        new NamespaceConfig(Optional.empty(), false, 1).with(NamespaceConfig.IpcMode.SHARE_PARENT))
                .hasMessage("namespaces.sharedMemoryBytes=1: must be 0 with ipc=SHARE_PARENT, whose /dev/shm has a size"
                        + " already");
    }
}
