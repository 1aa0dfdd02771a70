package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.image.ImageProvisioner;
import io.gatun.containerizer.image.ImageRig;
import io.gatun.containerizer.image.ImageSettings;
import io.gatun.containerizer.image.LayerBytes;
import io.gatun.containerizer.image.LayoutWriter;
import io.gatun.containerizer.image.store.StoreSettings;
import io.gatun.ffm.mount.Mount;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Volume;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From an image to a program that runs in it, on overlayfs. */
@KernelTest
@Timeout(900)
class ImageContainerKernelTest {
    private static final Volume PROGRAMS = new Volume(new Volume.HostPath(Path.of("/usr")), "/usr", true);

    @TempDir
    Path directory;

    private Path work;
    private Rig rig;
    private ImageProvisioner images;
    private LinuxContainerizer containerizer;

    @BeforeEach
    void start() throws IOException {
        work = Files.createDirectory(directory.resolve("work"));
        Mount.mount("work", work.toString(), "tmpfs", 0, "size=64m");
        LayoutWriter layout = new LayoutWriter(Files.createDirectories(directory.resolve("images/app")));
        layout.image(
                "latest",
                LayoutWriter.config(
                        "Entrypoint",
                        List.of("/bin/sh", "-c"),
                        "Cmd",
                        List.of("ls; cat new; id -u; id -g; pwd; echo $A $B; echo mine > mine; cat mine"),
                        "Env",
                        List.of("A=image", "B=image"),
                        "User",
                        "app:staff",
                        "WorkingDir",
                        "/data",
                        "StopSignal",
                        "SIGUSR2"),
                "+gzip",
                new LayerBytes()
                        .directory("usr", 0755)
                        .link("bin", "usr/bin")
                        .link("lib", "usr/lib")
                        .link("lib64", "usr/lib64")
                        .file("etc/passwd", "root:x:0:0::/:\napp:x:1000:1000::/:\n")
                        .file("etc/group", "staff:x:50:\n")
                        .directory("data", 01777)
                        .file("data/old", "old\n")
                        .file("data/hidden/deep", "deep\n")
                        .plain(),
                new LayerBytes()
                        .file("data/.wh.old", "")
                        .file("data/hidden/.wh..wh..opq", "")
                        .file("data/new", "new\n")
                        .plain());
        rig = new Rig(directory);
        rig.containerizer.close();
        open();
    }

    private void open() throws IOException {
        images = ImageProvisioner.open(
                ImageSettings.parse(
                        directory.resolve("images").toString(),
                        "",
                        "",
                        "",
                        new StoreSettings(work.resolve("store")),
                        work,
                        "overlay"),
                status -> {});
        containerizer = LinuxContainerizer.open(rig.config, limiter -> List.of(images));
        rig.containerizer = containerizer;
    }

    @AfterEach
    void stop() {
        rig.close();
        images.close();
        Mount.umount(work.toString(), Mount.MNT_DETACH);
    }

    private ContainerConfig container(String id, String... argv) throws IOException {
        Path sandbox = Files.createDirectories(directory.resolve("sandbox-" + id));
        ContainerConfig config =
                ImageRig.container(id, sandbox, ImageRig.image("app"), argv).withEnvironment(Map.of("B", "task"));
        return config.with(Limits.NONE).with(config.filesystem().with(List.of(PROGRAMS)));
    }

    @Test
    void shouldRunWhatTheImageSays() throws IOException {
        assertThat(images.backend()).isEqualTo(ImageSettings.Backend.OVERLAY);
        Termination end = rig.run(container("c1"));
        assertThat(rig.stdout("c1") + rig.stderr("c1"))
                .isEqualTo("hidden\nnew\nnew\n1000\n50\n/data\nimage task\nmine\n");
        assertThat(end.toString()).isNotEmpty();
        Rig.await(
                "the container's changes are removed",
                () -> ImageRig.files(work.resolve("provisioner")).isEmpty());
        assertThat(ImageRig.files(work.resolve("store")).keySet()).noneMatch(name -> name.endsWith("/mine"));
        rig.run(container("c2", "/bin/ls", "/data/hidden"));
        assertThat(rig.stdout("c2") + rig.stderr("c2")).isEmpty();
        assertThat(containerizer.pruneImages(List.of()).join()).containsExactly("docker.io/library/app:latest");
        assertThat(ImageRig.files(work.resolve("store"))).isEmpty();
    }

    @Test
    void shouldKeepTheLayersOfAContainerThatOutlivesTheAgent() throws Exception {
        containerizer.launch(container("c1", "/bin/sleep", "1000"));
        containerizer.close();
        images.close();
        open();
        containerizer.recover(Set.of("c1"));
        assertThat(containerizer.pruneImages(List.of()).join()).isEmpty();
        assertThat(ImageRig.files(work.resolve("store")).keySet()).anyMatch(name -> name.endsWith("data/new"));
        containerizer.destroy("c1").get(240, TimeUnit.SECONDS);
        Rig.await(
                "the container's changes are removed",
                () -> ImageRig.files(work.resolve("provisioner")).isEmpty());
        assertThat(containerizer.pruneImages(List.of()).join()).hasSize(1);
    }

    @Test
    void shouldSendTheSignalThatTheImageNamesForTermination() throws Exception {
        containerizer.launch(
                container(
                        "c1",
                        "/bin/sh",
                        "-c",
                        "trap 'echo $(cat /data/new) stops; exit 7' USR2; trap 'exit 8' TERM; echo up; while :; do sleep 0.05; done"));
        Rig.await("its traps", () -> rig.stdout("c1").contains("up"));
        containerizer.close();
        images.close();
        open();
        containerizer.recover(Set.of("c1"));
        containerizer.kill("c1", 15);
        assertThat(rig.end("c1").exitStatus()).isEqualTo(7);
        assertThat(rig.stdout("c1")).contains("new stops");
    }

    @Test
    void shouldLeaveNothingOfALaunchWhoseImageIsMissing() throws IOException {
        ContainerConfig config = container("c1");
        ContainerConfig missing = config.with(new io.gatun.isolator.Filesystem(
                java.util.Optional.of(ImageRig.image("none:1")),
                config.filesystem().root(),
                config.filesystem().workingDirectory(),
                false,
                List.of(),
                0));
        assertThatThrownBy(() -> containerizer.launch(missing))
                .hasStackTraceContaining("image docker.io/library/none:1");
        Rig.await(
                "nothing is left",
                () -> ImageRig.files(work.resolve("provisioner")).isEmpty());
        assertThat(ImageRig.files(work.resolve("store"))).isEmpty();
    }
}
