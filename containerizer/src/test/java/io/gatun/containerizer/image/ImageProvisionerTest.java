package io.gatun.containerizer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From layouts in a directory to the roots of containers. */
class ImageProvisionerTest {
    @TempDir
    Path base;

    private LayoutWriter layout;
    private ImageRig rig;

    @BeforeEach
    void open() throws IOException {
        layout = new LayoutWriter(Files.createDirectories(base.resolve("images/app")));
        rig = ImageRig.archives(base, base.resolve("images"));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static byte[] lower() {
        return new LayerBytes()
                .directory("etc", 0755)
                .file("etc/passwd", "root:x:0:0::/:\napp:x:1000:1000::/:\n")
                .file("etc/group", "root:x:0:\nstaff:x:50:\n")
                .directory("data", 0750)
                .file("data/old", "old")
                .file("data/kept", "kept")
                .link("bin", "usr/bin")
                .file("usr/bin/app", "#!", 04755)
                .hardLink("usr/bin/app2", "usr/bin/app")
                .plain();
    }

    private static byte[] upper() {
        return new LayerBytes().file("data/.wh.old", "").file("data/new", "new").plain();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+gzip", "+zstd"})
    void shouldMakeARootOfLayers(String compression) throws IOException {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/bin/app")), compression, lower(), upper());
        ContainerConfig made = rig.make("c1", ImageRig.image("app"));
        Path root = rig.root(made);
        assertThat(made.argv()).containsExactly("/bin/app");
        assertThat(root.resolve("data/old")).doesNotExist();
        assertThat(root.resolve("data/kept")).hasContent("kept");
        assertThat(root.resolve("data/new")).hasContent("new");
        assertThat(Files.readSymbolicLink(root.resolve("bin"))).hasToString("usr/bin");
        assertThat(Files.isSameFile(root.resolve("usr/bin/app"), root.resolve("usr/bin/app2")))
                .isTrue();
        assertThat((int) Files.getAttribute(root.resolve("usr/bin/app"), "unix:mode") & 07777)
                .isEqualTo(04755);
        assertThat(Files.getLastModifiedTime(root.resolve("data/kept")).toMillis())
                .isEqualTo(LayerBytes.MTIME * 1000);
    }

    @Test
    void shouldKeepTheAttributesOfADirectoryThatAnUpperLayerDoesNotDescribe() throws IOException {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a")), "", lower(), upper());
        Path root = rig.root(rig.make("c1", ImageRig.image("app")));
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(root.resolve("data"), LinkOption.NOFOLLOW_LINKS)))
                .isEqualTo("rwxr-x---");
    }

    @Test
    void shouldGiveBackOneOfTwoContainersOfAnImage() {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a")), "", lower());
        Path first = rig.root(rig.make("c1", ImageRig.image("app")));
        Path second = rig.root(rig.make("c2", ImageRig.image("app")));
        rig.provisioner().remove("c1", base);
        rig.provisioner().remove("c1", base);
        assertThat(first).doesNotExist();
        assertThat(second.resolve("data/old")).hasContent("old");
        assertThat(rig.provisioner().has("c1", base)).isFalse();
        assertThat(rig.provisioner().has("c2", base)).isTrue();
    }

    @Test
    void shouldRunAsTheUserOfTheImage() throws IOException {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a"), "User", "app:staff"), "", lower());
        Path runtime = Files.createDirectories(base.resolve("runtime/c1"));
        var made = rig.provisioner().make(ImageRig.container("c1", base, ImageRig.image("app")), runtime);
        var identity = made.users().orElseThrow().find(made.config().user().orElseThrow());
        assertThat(identity).hasValueSatisfying(found -> {
            assertThat(found.uid()).isEqualTo(1000);
            assertThat(found.gid()).isEqualTo(50);
            assertThat(found.groups()).containsExactly(50);
        });
    }

    @Test
    void shouldNotTakeTheUserOfTheImageForTheContainersOwn() throws IOException {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a"), "User", "app"), "", lower());
        Path runtime = Files.createDirectories(base.resolve("runtime/c1"));
        ContainerConfig config =
                ImageRig.container("c1", base, ImageRig.image("app")).withUser(Optional.of("nobody"));
        var made = rig.provisioner().make(config, runtime);
        assertThat(made.config().user()).contains("nobody");
        assertThat(made.users().orElseThrow().find("nobody")).isEmpty();
    }

    @Test
    void shouldMakeVolumesOfImages() throws IOException {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a")), "", lower());
        layout.image("data", LayoutWriter.config(), "", upper());
        ContainerConfig config = ImageRig.container("c1", base, ImageRig.image("app"), "/a")
                .with(new Filesystem(
                        Optional.empty(),
                        new RootFs.Host(),
                        Optional.empty(),
                        false,
                        List.of(new Volume(
                                new Volume.ImageFiles(ImageRig.image("app:data"), Optional.empty()), "/d", true)),
                        0));
        Path runtime = Files.createDirectories(base.resolve("runtime/c1"));
        var made = rig.provisioner().make(config, runtime);
        var source = (Volume.ImageFiles)
                made.config().filesystem().volumes().getFirst().source();
        Path root = ((RootFs.Directory) source.root().orElseThrow()).path();
        assertThat(root.resolve("data/new")).hasContent("new");
        assertThat(made.users()).isEmpty();
        assertThat(rig.provisioner().imageOf("c1")).isEmpty();
        assertThat(rig.provisioner().prune(List.of())).isEmpty();
        rig.provisioner().remove("c1", runtime);
        assertThat(root).doesNotExist();
        assertThat(rig.provisioner().prune(List.of())).containsExactly("docker.io/library/app:data");
        assertThat(rig.stored()).isEmpty();
    }

    @Test
    void shouldTellTheStopSignalAfterARestartToo() {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a"), "StopSignal", "SIGRTMIN+3"), "", lower());
        layout.image("wrong", LayoutWriter.config("Cmd", List.of("/a"), "StopSignal", "SIGSTOPP"), "", lower());
        rig.make("c1", ImageRig.image("app"));
        assertThatThrownBy(() -> rig.make("wrong", ImageRig.image("app:wrong")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("StopSignal=SIGSTOPP: must be");
        rig.restart();
        assertThat(rig.provisioner().stopSignal("c1", base)).hasValue(37);
        assertThat(rig.provisioner().imageOf("c1")).contains("docker.io/library/app:latest");
        assertThat(rig.provisioner().stopSignal("c2", base)).isEmpty();
    }

    @Test
    void shouldTellHowMuchOfAContainersImageIsThere() {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a")), "", lower(), upper());
        Set<String> told = ConcurrentHashMap.newKeySet();
        rig.onPull = () -> rig.provisioner().progress("c1").ifPresent(told::add);
        rig.make("c1", ImageRig.image("app"));
        assertThat(told)
                .isNotEmpty()
                .allMatch(text -> text.startsWith("docker.io/library/app:latest"))
                .anyMatch(text -> text.matches(".*, \\d+\\.\\d of \\d+\\.\\d MiB"));
        assertThat(rig.provisioner().progress("c1")).isEmpty();
        assertThat(rig.provisioner().progress("c2")).isEmpty();
    }

    @Test
    void shouldPruneWhatNoContainerHas() throws IOException {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a")), "", lower());
        layout.image("two", LayoutWriter.config("Cmd", List.of("/b")), "", lower(), upper());
        layout.image("three", LayoutWriter.config("Cmd", List.of("/b")), "", upper());
        rig.make("c1", ImageRig.image("app"));
        rig.make("c2", ImageRig.image("app:two"));
        rig.make("c3", ImageRig.image("app:three"));
        rig.provisioner().remove("c2", base);
        rig.provisioner().remove("c3", base);
        rig.restart();
        assertThat(rig.provisioner().prune(List.of("app:three"))).containsExactly("docker.io/library/app:two");
        assertThat(rig.provisioner().images()).hasSize(2);
        // The lower layer is c1's, the upper one on top of it nobody's, the same one alone is of the excluded image.
        assertThat(rig.stored().keySet().stream().filter(name -> name.endsWith("layer.json")))
                .hasSize(2);
        assertThat(rig.make("c4", ImageRig.image("app")).argv()).containsExactly("/a");
    }

    @Test
    void shouldForgetContainersWhoseRuntimeDirectoryIsGone() throws IOException {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a")), "", lower());
        Path root = rig.root(rig.make("c1", ImageRig.image("app")));
        Files.delete(base.resolve("runtime/c1"));
        rig.restart();
        assertThat(root).doesNotExist();
    }

    /** Its own parts go, an interrupted pull of another one is continued later. */
    @Test
    void shouldRemoveNothingOfOthersWhenAnImageIsRefused() throws IOException {
        byte[] hostile = new LayerBytes()
                .file("f", "f")
                .entry("disk", TarConstants.LF_BLK, entry -> entry.setMode(0600), "")
                .plain();
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a")), "", lower(), hostile);
        String partial = "partial/sha256-"
                + Digest.of("other".getBytes(StandardCharsets.UTF_8)).hex();
        String blob = "blobs/sha256/"
                + Digest.of("whole".getBytes(StandardCharsets.UTF_8)).hex();
        Files.writeString(base.resolve("store").resolve(partial), "oth");
        Files.writeString(base.resolve("store").resolve(blob), "whole");
        assertThatThrownBy(() -> rig.make("c1", ImageRig.image("app"))).hasMessageContaining("is a device node");
        assertThat(rig.stored()).containsOnlyKeys(partial, blob);
        rig.provisioner().prune(List.of());
        assertThat(rig.stored()).isEmpty();
    }

    @Test
    void shouldRemoveLinksToLayersThatAreGoneAtTheNextStart() throws IOException {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a")), "", lower());
        rig.make("c1", ImageRig.image("app"));
        Map<String, Long> whole = rig.stored();
        Files.createSymbolicLink(base.resolve("store/l/0123456789ab"), Path.of("../layers/sha256/0123456789abcd/diff"));
        rig.restart();
        assertThat(rig.stored()).isEqualTo(whole);
    }

    /** What a crash in the middle of unpacking leaves, a directory that nobody may write to included. */
    @Test
    void shouldRemoveHalfUnpackedLayersAtTheNextStart() throws IOException {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a")), "", lower());
        rig.make("c1", ImageRig.image("app"));
        Map<String, Long> whole = rig.stored();
        Path half = Files.createDirectories(base.resolve("agent-is-dead/diff/usr"));
        Files.writeString(half.resolve("half"), "ha");
        Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.move(base.resolve("agent-is-dead"), base.resolve("store/staging/0"));
        rig.restart();
        assertThat(rig.stored()).isEqualTo(whole);
        assertThat(base.resolve("store/staging")).isEmptyDirectory();
        assertThat(rig.make("c2", ImageRig.image("app")).argv()).containsExactly("/a");
    }

    @Test
    void shouldRefuseASecondAgentOnTheStore() {
        assertThatThrownBy(() -> ImageRig.archives(base, base.resolve("images")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("docker_store_dir=" + base.resolve("store") + ": is in use by another agent");
    }

    @Test
    void shouldNotPullWhatIsThereUnlessTold() throws IOException {
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/a")), "", lower());
        rig.make("c1", ImageRig.image("app"));
        Files.delete(base.resolve("images/app/index.json"));
        layout = new LayoutWriter(base.resolve("images/app"));
        layout.image("latest", LayoutWriter.config("Cmd", List.of("/b")), "", lower());
        assertThat(rig.make("c2", ImageRig.image("app")).argv()).containsExactly("/a");
        Image always = new Image("app", true, List.of(), Optional.empty());
        assertThat(rig.make("c3", always).argv()).containsExactly("/b");
        assertThat(rig.make("c4", ImageRig.image("app")).argv()).containsExactly("/b");
    }

    @Test
    void shouldNameWhatItLookedForWhenThereIsNoImage() {
        assertThatThrownBy(() -> rig.make("c1", ImageRig.image("none:1")))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith("image docker.io/library/none:1: is not in docker_registry=")
                .hasMessageContaining("images/none:1.tar");
        assertThatThrownBy(() -> rig.make("c1", ImageRig.image("a/../etc:1")))
                .hasMessageContaining("repository=a/../etc: must be");
        assertThatThrownBy(() -> rig.make("c1", ImageRig.image("../etc:1")))
                .hasMessageContaining("registry=..: must be a host");
    }

    @Test
    void shouldLeaveAContainerWithoutImageAlone() {
        ContainerConfig plain =
                ImageRig.container("c1", base, ImageRig.image("app"), "/a").with(Filesystem.DEFAULT);
        assertThat(rig.provisioner().make(plain, base))
                .isEqualTo(io.gatun.containerizer.HostPart.Made.unchanged(plain));
        assertThat(rig.provisioner().has("c1", base)).isFalse();
        assertThat(Map.copyOf(rig.stored())).isEmpty();
    }
}
