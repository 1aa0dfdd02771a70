package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.disk.DiskUsagePart;
import io.gatun.containerizer.disk.DiskWatch;
import io.gatun.containerizer.disk.ProjectQuotaPart;
import io.gatun.containerizer.disk.ProjectRange;
import io.gatun.containerizer.userns.UserNamespacePart;
import io.gatun.ffm.file.ProjectQuota;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.IdMapping;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import io.gatun.isolator.selection.Isolators;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ids, what is shared, and disk quotas, on an ext4 of the test's own. */
@KernelTest
@Timeout(900)
class ContainerNamespaceKernelTest {
    private static final IdMapping IDS = new IdMapping(100_000, 65_536);

    @TempDir
    Path directory;

    private Path disk;
    private LinuxContainerizer containerizer;
    private final List<AutoCloseable> parts = new ArrayList<>();

    private static void run(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @BeforeEach
    void mountDisk() throws IOException, InterruptedException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        disk = Files.createDirectory(directory.resolve("disk"));
        run("truncate -s 64M " + directory + "/image && mkfs.ext4 -q -O quota,project " + directory + "/image"
                + " && modprobe loop && modprobe quota_v2 && mount -o loop,prjquota " + directory + "/image " + disk);
    }

    @AfterEach
    void unmount() throws Exception {
        if (containerizer != null) {
            containerizer.close();
        }
        for (AutoCloseable part : parts) {
            part.close();
        }
        run("umount " + disk);
    }

    private void open(String isolation, Function<Limiter, List<HostPart>> hostParts) {
        ContainerizerConfig config = new ContainerizerConfig(directory.resolve("run"), "gatun-ns-test", false)
                .with(Isolators.parse(isolation));
        containerizer = LinuxContainerizer.open(config, hostParts);
    }

    private ContainerConfig shell(String id, String script) throws IOException {
        Path sandbox = Files.createDirectories(disk.resolve("sandbox-" + id));
        return new ContainerConfig(
                id,
                List.of("/bin/sh", "-c", script),
                Map.of("PATH", "/usr/bin:/bin", "PASSWORD", "open sesame"),
                sandbox,
                Optional.empty(),
                Limits.NONE,
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"));
    }

    private Termination end(ContainerConfig config) throws Exception {
        containerizer.launch(config);
        return containerizer.termination(config.id()).get(240, java.util.concurrent.TimeUnit.SECONDS);
    }

    private String output(ContainerConfig config) throws Exception {
        Termination termination = end(config);
        String out = Files.readString(config.stdout());
        assertThat(termination.waitStatus())
                .as(termination + out + Files.readString(config.stderr()))
                .isZero();
        return out;
    }

    private Filesystem overlay() throws IOException, InterruptedException {
        Path lower = Files.createDirectory(disk.resolve("lower"));
        Files.createDirectory(lower.resolve("usr"));
        for (String link : List.of("bin", "lib", "lib64", "sbin")) {
            Files.createSymbolicLink(lower.resolve(link), Path.of("usr", link));
        }
        Files.writeString(lower.resolve("roots"), "root");
        Files.writeString(lower.resolve("others"), "other");
        run("chown 33:44 " + lower.resolve("others"));
        return Filesystem.DEFAULT
                .with(new RootFs.Overlay(
                        List.of(lower),
                        Files.createDirectory(disk.resolve("upper")),
                        Files.createDirectory(disk.resolve("work"))))
                .with(List.of(new Volume(new Volume.HostPath(Path.of("/usr")), "/usr", true)));
    }

    private static final String STANDARD = "cgroups,namespaces/pid,namespaces/ipc,filesystem/linux";

    @Test
    void shouldMapIds() throws Exception {
        UserNamespacePart userns = new UserNamespacePart(Optional.of(IDS));
        parts.add(userns);
        open(STANDARD + ",namespaces/user", limiter -> List.of(userns));
        ContainerConfig config = shell("mapped", """
                        id -u; cat /proc/self/uid_map | tr -s ' '; stat -c '%u:%g' /roots /others /dev/shm .
                        echo changed > /roots; echo mine > /new; chown 7:8 /new; echo file > file
                        stat -c '%u:%g' /new; mount -t tmpfs x /mnt 2>&1 | grep -c -i denied; kill -0 1 && echo init""").with(overlay());
        assertThat(output(config).lines())
                .containsExactly("0", " 0 100000 65536", "0:0", "33:44", "0:0", "0:0", "7:8", "1", "init");
        assertThat(Files.getAttribute(disk.resolve("upper/roots"), "unix:uid")).isEqualTo(100_000);
        assertThat(Files.getAttribute(disk.resolve("upper/new"), "unix:uid")).isEqualTo(100_007);
        assertThat(Files.getAttribute(disk.resolve("upper/new"), "unix:gid")).isEqualTo(100_008);
        assertThat(Files.getAttribute(disk.resolve("sandbox-mapped/file"), "unix:uid"))
                .isEqualTo(100_000);
        assertThat(Files.getAttribute(disk.resolve("lower/roots"), "unix:uid")).isEqualTo(0);
        ContainerConfig stranger =
                shell("stranger", "true").with(config.filesystem()).withUser(Optional.of("70000:70000"));
        assertThatThrownBy(() -> containerizer.launch(stranger))
                .hasMessageContaining("user=70000:70000: must be below 65536, how many ids the container has");
        ContainerConfig nowhere =
                shell("nowhere", "true").with(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/proc/self"))));
        assertThatThrownBy(() -> containerizer.launch(nowhere))
                .hasMessageStartingWith(
                        "container nowhere: namespaces.ids=0 100000 65536: the file system of /proc/self"
                                + " must have idmapped mounts: mount_setattr /proc/self: EINVAL");
    }

    @Test
    void shouldShareWhatIsAskedFor() throws Exception {
        open(STANDARD, limiter -> List.of());
        Path shared = Path.of("/dev/shm/gatun-test-" + ProcessHandle.current().pid());
        Files.writeString(shared, "host's");
        try {
            String script = "test -e " + shared + " && echo memory; test -d /proc/"
                    + ProcessHandle.current().pid()
                    + "/task && echo processes; readlink /proc/self/ns/ipc | tr -d '\\n' > ipc";
            assertThat(output(shell("own", script))).isEmpty();
            NamespaceConfig ipc = NamespaceConfig.DEFAULT.with(NamespaceConfig.IpcMode.SHARE_PARENT);
            assertThat(output(shell("ipc", script).with(ipc))).isEqualTo("memory\n");
            assertThat(disk.resolve("sandbox-ipc/ipc"))
                    .hasContent(
                            Files.readSymbolicLink(Path.of("/proc/self/ns/ipc")).toString());
            NamespaceConfig pid = new NamespaceConfig(Optional.empty(), true, 0);
            assertThat(output(shell("pid", script).with(pid))).isEqualTo("processes\n");
            // What leaves its session is ended with the rest all the same.
            containerizer.launch(shell("stray", "setsid sleep 1000 & echo $! > stray; sleep 1000")
                    .with(pid));
            Path stray = disk.resolve("sandbox-stray/stray");
            Rig.await("stray", () -> Files.exists(stray) && !Rig.text(stray).isBlank());
            containerizer.destroy("stray").get(240, java.util.concurrent.TimeUnit.SECONDS);
            assertThat(Proc.startTime(Long.parseLong(Rig.text(stray).strip()))).isEmpty();
        } finally {
            Files.delete(shared);
        }
    }

    @Test
    void shouldEndWhatWritesTooMuch() throws Exception {
        open(STANDARD + ",disk/du", limiter -> {
            DiskWatch watch = new DiskWatch(limiter, Duration.ofMillis(50), true);
            parts.add(watch);
            return List.of(new DiskUsagePart(watch));
        });
        ContainerConfig config = shell("writer", "head -c 3000000 /dev/zero > file; sync file; sleep 1000")
                .with(Filesystem.DEFAULT.withDiskBytes(1 << 20));
        Termination termination = end(config);
        assertThat(termination.limitation()).contains(Limitation.DISK);
        assertThat(termination.message()).matches("Disk usage \\(\\d{7} bytes\\) exceeds quota \\(1048576 bytes\\)");
        assertThat(directory.resolve("run/containers/writer/disk")).doesNotExist();
    }

    @Test
    void shouldLetTheFileSystemRefuse() throws Exception {
        DiskWatch watch = new DiskWatch((id, limitation, message) -> {}, Duration.ofMillis(50), false);
        parts.add(watch);
        open(
                STANDARD + ",disk/xfs",
                limiter -> List.of(new ProjectQuotaPart(new ProjectRange(5000, 5001), disk, watch)));
        ContainerConfig config = shell(
                        "quota",
                        "setpriv --bounding-set=-sys_resource sh -c 'head -c 3000000 /dev/zero > file' 2>&1 | grep -o 'quota exceeded';"
                                + " sleep 0.5")
                .with(Filesystem.DEFAULT.withDiskBytes(1 << 20));
        assertThat(output(config)).isEqualTo("quota exceeded\n");
        assertThat(ProjectQuota.project(config.sandbox())).as("given back").isZero();
        assertThat(ProjectQuota.quota(disk, 5000).limitBytes()).isZero();
        assertThat(ProjectQuota.quota(disk, 5000).usedBytes()).isZero();
        assertThatThrownBy(() -> new ProjectQuotaPart(new ProjectRange(1, 2), Path.of("/run"), watch))
                .hasMessageStartingWith(
                        "isolation=disk/xfs: work_dir=/run must be on a file system that is mounted with"
                                + " prjquota: quotactl_fd /run project 1: ");
    }

    @Test
    void shouldPassSecretsThatNobodyPrints() throws Exception {
        open(STANDARD, limiter -> List.of());
        ContainerConfig config = shell("secret", "echo $PASSWORD").withSecrets(Set.of("PASSWORD"));
        assertThat(config.toString()).contains("PASSWORD=<secret>").doesNotContain("sesame");
        assertThat(LinuxContainerizer.explain(
                        config, new ContainerizerConfig(directory.resolve("run"), "gatun-ns-test", true)))
                .contains("\"PASSWORD=<secret>\"")
                .doesNotContain("sesame");
        assertThat(output(config)).isEqualTo("open sesame\n");
    }
}
