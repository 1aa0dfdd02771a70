package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.mount.Mount;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.Privileges;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import io.gatun.isolator.Volume.Propagation;
import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.Seccomp;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Roots and volumes as a container sees them. */
@KernelTest
@Timeout(900)
class FilesystemKernelTest {
    @TempDir
    Path directory;

    private Rig rig;
    private Path store;
    private List<String> mounts;

    @BeforeEach
    void open() throws IOException {
        store = Files.createDirectory(directory.resolve("store"));
        Mount.mount("store", store.toString(), "tmpfs", 0, "size=64m");
        mounts = Rig.mounts();
        rig = new Rig(directory);
    }

    @AfterEach
    void close() {
        rig.close();
        assertThat(Rig.mounts()).as("the host's mounts").isEqualTo(mounts);
        Mount.umount(store.toString(), Mount.MNT_DETACH);
    }

    /** A root with nothing in it but names; programs come by a volume. */
    private Path skeleton(String name) throws IOException {
        Path root = Files.createDirectory(store.resolve(name));
        Files.createDirectory(root.resolve("usr"));
        for (String link : List.of("bin", "lib", "lib64", "sbin")) {
            Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
        }
        return root;
    }

    private static final Privileges MAY_MOUNT = Privileges.DEFAULT
            .withCapabilities(
                    Optional.of(EnumSet.allOf(Capability.class)), Optional.of(EnumSet.allOf(Capability.class)))
            .with(new Seccomp.Unconfined());

    private static final Volume PROGRAMS = new Volume(new Volume.HostPath(Path.of("/usr")), "/usr", true);

    private static Filesystem files(RootFs root, Volume... volumes) {
        List<Volume> all = new ArrayList<>(List.of(PROGRAMS));
        all.addAll(List.of(volumes));
        return Filesystem.DEFAULT.with(root).with(all);
    }

    private RootFs.Overlay overlay(String name, Path... lower) throws IOException {
        return new RootFs.Overlay(
                List.of(lower),
                Files.createDirectories(store.resolve(name).resolve("upper")),
                Files.createDirectories(store.resolve(name).resolve("work")));
    }

    private String run(String id, Filesystem filesystem, String script) {
        return run(rig.shell(id, Limits.NONE, script).with(filesystem));
    }

    private String run(ContainerConfig config) {
        Termination end = rig.run(config);
        assertThat(end.waitStatus())
                .as(end + rig.stdout(config.id()) + rig.stderr(config.id()))
                .isZero();
        rig.containerizer.remove(config.id());
        return rig.stdout(config.id());
    }

    @Test
    void shouldLiveInAnOverlay() throws IOException {
        Path base = skeleton("base");
        Files.writeString(base.resolve("below"), "base");
        Files.writeString(base.resolve("kept"), "base");
        Path top = Files.createDirectory(store.resolve("top"));
        Files.writeString(top.resolve("below"), "top");
        RootFs.Overlay overlay = overlay("one", top, base);
        String out = run(
                "overlay",
                files(overlay),
                "pwd; cat /below /kept; echo; echo changed > /kept; echo mine > file; hostname; cat /proc/1/comm;"
                        + " cat /proc/self/cgroup; ls /; grep -c . /proc/self/mountinfo > /dev/null; ls /proc/self/fd | wc -l");
        assertThat(out.lines())
                .startsWith("/mnt/mesos/sandbox", "topbase", "overlay", "gatun-init", "0::/")
                .contains("below", "bin", "dev", "proc", "sys", "mnt", "usr")
                .doesNotContain("etc", "home", "tmp", "store")
                .endsWith("4");
        assertThat(base.resolve("kept")).hasContent("base");
        assertThat(overlay.upper().resolve("kept")).hasContent("changed");
        assertThat(directory.resolve("sandbox-overlay/file")).hasContent("mine");
    }

    @Test
    void shouldHaveTheDevicesAndMountsOfAnImage() throws IOException {
        Filesystem filesystem = files(new RootFs.Directory(skeleton("root")));
        ContainerConfig config = rig.shell("devices", Limits.NONE, """
                        echo gone > /dev/null; head -c 3 /dev/zero | wc -c; head -c 8 /dev/urandom | wc -c
                        ls /dev | tr '\\n' ' '; echo; stat -c '%A %t:%T' /dev/full /dev/tty
                        echo 'x' > /dev/full || echo full; exec 3<> /dev/ptmx && ls /dev/pts | tr '\\n' ' '; echo
                        stat -c %a /dev/shm; df -k /dev/shm | tail -1 | while read _ size _; do echo shm $size; done
                        cat /proc/kcore | wc -c; ls /sys/firmware | wc -l
                        for f in /proc/sys/kernel/panic /proc/sysrq-trigger /sys/kernel/uevent_seqnum; do
                            { echo 0 > $f; } 2> /dev/null || echo read-only; done
                        ls /sys/fs/cgroup/cgroup.procs; mkdir /sys/fs/cgroup/x 2>&1 | grep -o 'Read-only'
                        grep ' / / ' /proc/self/mountinfo | wc -l
                        """)
                .with(filesystem)
                .with(new NamespaceConfig(Optional.of("db.example"), false, 3 << 20));
        assertThat(run(config).lines())
                .containsExactly(
                        "3",
                        "8",
                        "core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero ",
                        "crw-rw-rw- 1:7",
                        "crw-rw-rw- 5:0",
                        "full",
                        "0 ptmx ",
                        "1777",
                        "shm 3072",
                        "0",
                        "0",
                        "read-only",
                        "read-only",
                        "read-only",
                        "/sys/fs/cgroup/cgroup.procs",
                        "Read-only",
                        "0");
    }

    @Test
    void shouldKeepTheRootReadOnly() throws IOException {
        Filesystem writable = files(new RootFs.Directory(skeleton("root")));
        Filesystem filesystem = new Filesystem(
                Optional.empty(), writable.root(), Optional.of("/var/work"), true, writable.volumes(), 0);
        String out = run(
                "readonly",
                filesystem,
                "pwd; { > /file; } 2>&1 | grep -o Read-only; > /mnt/mesos/sandbox/ok"
                        + " && > /dev/shm/ok && echo writable");
        assertThat(out).isEqualTo("/var/work\nRead-only\nwritable\n");
    }

    @Test
    void shouldMountVolumesOfEveryKind() throws IOException {
        Path host = Files.createDirectory(store.resolve("host"));
        Files.writeString(host.resolve("file"), "host");
        Path hosts = Files.writeString(store.resolve("hosts"), "127.0.0.1 me");
        Path parent = Files.createDirectory(store.resolve("parent"));
        Path imageBase = Files.createDirectory(store.resolve("image"));
        Files.writeString(imageBase.resolve("inside"), "image");
        Image image = new Image("data", false, List.of(), Optional.empty());
        Filesystem filesystem = files(
                new RootFs.Directory(skeleton("root")),
                new Volume(new Volume.HostPath(host), "/data/rw", false),
                new Volume(new Volume.HostPath(host), "relative/ro", true),
                new Volume(new Volume.HostPath(hosts), "/etc/hosts", true),
                new Volume(new Volume.SandboxPath(Optional.empty(), "own/deep"), "/own", false),
                new Volume(new Volume.SandboxPath(Optional.of(parent), "shared"), "/shared", false),
                new Volume(new Volume.ImageFiles(image, Optional.of(overlay("volume", imageBase))), "/image", false),
                new Volume(Volume.Secret.of("pass\nword"), "/run/secrets/db", true));
        String out = run("volumes", filesystem, """
                cat /data/rw/file; echo new > /data/rw/new; cat relative/ro/new
                { > relative/ro/no; } 2>&1 | grep -o Read-only; cat /etc/hosts; echo
                echo a > /own/a; echo b > /shared/b; cat /image/inside; echo; echo c > /image/c
                cat /run/secrets/db; echo; stat -c '%a %u' /run/secrets/db; cat own/deep/a
                """);
        assertThat(out).isEqualTo("hostnew\nRead-only\n127.0.0.1 me\nimage\npass\nword\n400 0\na\n");
        assertThat(host.resolve("new")).hasContent("new");
        assertThat(directory.resolve("sandbox-volumes/own/deep/a")).hasContent("a");
        assertThat(parent.resolve("shared/b")).hasContent("b");
        assertThat(store.resolve("volume/upper/c")).hasContent("c");
        assertThat(imageBase.resolve("c")).doesNotExist();
    }

    @Test
    void shouldMountVolumesOverTheHostsFiles() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path host = Files.createDirectory(store.resolve("host"));
        Files.writeString(host.resolve("file"), "host");
        Image image = new Image("data", false, List.of(), Optional.empty());
        // Below what the container's own /dev/shm hides.
        Path memory = Path.of("/dev/shm/gatun-test-" + ProcessHandle.current().pid());
        Files.writeString(memory, "memory");
        Filesystem filesystem = Filesystem.DEFAULT
                .with(List.of(
                        new Volume(new Volume.HostPath(host), "a/b", true),
                        new Volume(new Volume.HostPath(host), "/srv", false),
                        new Volume(new Volume.HostPath(memory), "memory", true),
                        new Volume(new Volume.ImageFiles(image, Optional.of(overlay("volume", host))), "image", true),
                        new Volume(Volume.Secret.of("hidden"), "secret", true)))
                .withWorkingDirectory(Optional.of("/srv"));
        ContainerConfig config = rig.config(
                        "onhost",
                        Limits.NONE,
                        Optional.of("nobody"),
                        "/bin/sh",
                        "-c",
                        "pwd; cat file; S=" + directory.resolve("sandbox-onhost")
                                + "; cat $S/a/b/file $S/memory $S/image/file $S/secret;"
                                + " stat -c '%a %U' $S/secret; df -k /dev/shm | tail -1 | cut -d' ' -f1")
                .with(filesystem);
        try {
            assertThat(run(config)).isEqualTo("/srv\nhosthostmemoryhosthidden400 nobody\nshm\n");
        } finally {
            Files.delete(memory);
        }
    }

    @Test
    void shouldFollowNoLinkOutOfTheRoot() throws IOException {
        Path outside = Files.createDirectory(store.resolve("outside"));
        Path data = Files.createDirectory(store.resolve("data"));
        Path root = skeleton("root");
        Files.createDirectories(root.resolve(Path.of("/").relativize(outside)));
        Files.createDirectory(root.resolve("outside"));
        Files.createSymbolicLink(root.resolve("absolute"), outside);
        Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../outside"));
        Files.createSymbolicLink(root.resolve("magic"), Path.of("/proc/1/root" + outside));
        Files.createSymbolicLink(root.resolve("fd"), Path.of("/proc/self/fd"));
        Volume.HostPath source = new Volume.HostPath(data);
        run(
                "links",
                files(
                        new RootFs.Directory(root),
                        new Volume(source, "/absolute/x", false),
                        new Volume(source, "/up/y", false)),
                "echo in > /absolute/x/file; echo in > /up/y/file2");
        assertThat(outside).isEmptyDirectory();
        assertThat(data.resolve("file")).hasContent("in");
        for (String hostile : List.of("/magic/x", "/fd/3/x")) {
            assertThatThrownBy(() -> run(
                            "magic", files(new RootFs.Directory(root), new Volume(source, hostile, false)), "echo in"))
                    .as(hostile)
                    .hasMessageMatching("container magic: openat2 " + hostile + ": (ELOOP|ENOENT|ENOTDIR) .*");
        }
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void shouldFollowNoLinkOutOfASandbox() throws IOException {
        Path outside = Files.createDirectory(store.resolve("outside"));
        Path sandbox = Files.createDirectory(directory.resolve("sandbox-escape"));
        Files.createSymbolicLink(sandbox.resolve("out"), outside);
        RootFs.Directory root = new RootFs.Directory(skeleton("root"));
        Volume volume = new Volume(new Volume.SandboxPath(Optional.empty(), "out/x"), "/x", false);
        assertThatThrownBy(() -> run("escape", files(root, volume), "true")).hasMessageContaining("openat2 out: EXDEV");
        assertThatThrownBy(() -> run(
                        "escape",
                        Filesystem.DEFAULT.with(List.of(new Volume(new Volume.HostPath(outside), "out/x", false))),
                        "true"))
                .hasMessageContaining("openat2 out: EXDEV");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void shouldNotLoseARaceAgainstTheSandboxesOwner() throws Exception {
        Path outside = Files.createDirectory(store.resolve("outside"));
        Path sandbox = Files.createDirectory(directory.resolve("sandbox-race"));
        Path swapped = sandbox.resolve("swapped");
        Path hidden = sandbox.resolve("hidden");
        Files.createDirectory(swapped);
        Thread racer = Thread.ofPlatform().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    Files.move(swapped, hidden);
                    Files.createSymbolicLink(swapped, outside);
                    Files.delete(swapped);
                    Files.move(hidden, swapped);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        });
        RootFs.Directory root = new RootFs.Directory(skeleton("root"));
        Volume volume = new Volume(new Volume.SandboxPath(Optional.empty(), "swapped/x"), "/x", false);
        int launched = 0;
        for (int i = 0; i < 12; i++) {
            try {
                run("race", files(root, volume), "echo mine > /x/file");
                launched++;
            } catch (LaunchException e) {
                assertThat(e).hasMessageMatching("(?s).*(EXDEV|ENOENT|EEXIST|EAGAIN).*");
            }
        }
        racer.interrupt();
        racer.join();
        assertThat(outside).as(launched + " launched").isEmptyDirectory();
    }

    @Test
    void shouldStackMoreLayersThanFitIntoAPage() throws IOException {
        List<Path> layers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Path layer = Files.createDirectories(store.resolve("layers").resolve("x".repeat(80) + ":," + i));
            Files.writeString(layer.resolve("top"), "layer " + i);
            Files.writeString(layer.resolve("file" + i), "");
            layers.add(layer);
        }
        layers.add(skeleton("base"));
        String out = run(
                "layers", files(overlay("many", layers.toArray(Path[]::new))), "cat /top; echo; ls / | grep -c file");
        assertThat(out).isEqualTo("layer 0\n100\n");
    }

    @Test
    void shouldPropagateMountsAsAsked() throws Exception {
        Path shared = Files.createDirectory(store.resolve("shared"));
        Mount.mount("shared", shared.toString(), "tmpfs", 0, "");
        Mount.mount("none", shared.toString(), "", Mount.MS_SHARED, "");
        for (Propagation mode : Propagation.values()) {
            Files.createDirectory(shared.resolve(mode.name()));
        }
        Files.createDirectory(shared.resolve("late"));
        List<Volume> volumes = new ArrayList<>();
        for (Propagation mode : Propagation.values()) {
            volumes.add(new Volume(new Volume.HostPath(shared), "/" + mode, false, mode));
        }
        ContainerConfig config = rig.shell(
                        "propagation",
                        Limits.NONE,
                        "for m in PRIVATE HOST_TO_CONTAINER BIDIRECTIONAL; do mount -t tmpfs mine /$m/$m; done; > ready;"
                                + " while [ ! -e go ]; do sleep 0.1; done;"
                                + " for m in PRIVATE HOST_TO_CONTAINER BIDIRECTIONAL; do test -e /$m/late/seen && echo $m; done;"
                                + " umount /BIDIRECTIONAL/BIDIRECTIONAL")
                .with(files(new RootFs.Directory(skeleton("root")), volumes.toArray(Volume[]::new)))
                .with(MAY_MOUNT);
        rig.launch(config);
        Path sandbox = directory.resolve("sandbox-propagation");
        Rig.await("mounts in the container", () -> Files.exists(sandbox.resolve("ready")));
        assertThat(Rig.mounts().stream().filter(line -> line.contains(" mine ")))
                .as("only what is bidirectional reaches the host")
                .singleElement()
                .asString()
                .contains("/BIDIRECTIONAL ");
        Mount.mount("late", shared.resolve("late").toString(), "tmpfs", 0, "");
        Files.writeString(shared.resolve("late/seen"), "");
        Files.writeString(sandbox.resolve("go"), "");
        assertThat(rig.end("propagation").waitStatus()).isZero();
        assertThat(rig.stdout("propagation")).isEqualTo("HOST_TO_CONTAINER\nBIDIRECTIONAL\n");
        Mount.umount(shared.toString(), Mount.MNT_DETACH);
    }

    @Test
    void shouldKeepMountsApartThatWereMadeAhead() throws Exception {
        Mount.mount("none", store.toString(), "", Mount.MS_SHARED, "");
        Path late = Files.createDirectory(store.resolve("late"));
        RootFs root = new RootFs.Directory(skeleton("root"));
        Volume arrives = new Volume(new Volume.HostPath(store), "/arrives", false);
        Volume stays = new Volume(new Volume.HostPath(store), "/stays", false, Propagation.PRIVATE);
        assertThat(rig.run(rig.shell("first", Limits.NONE, "true").with(files(root, arrives, stays)))
                        .waitStatus())
                .isZero();
        Set<String> ahead = Ahead.await("mnt");
        rig.launch(rig.shell(
                        "second",
                        Limits.NONE,
                        "readlink /proc/self/ns/mnt; mkdir /own; for m in own arrives/root stays/root; do"
                                + " mount -t tmpfs mine /$m; done; > ready; while [ ! -e go ]; do sleep 0.1; done;"
                                + " for m in arrives stays; do test -e /$m/late/seen && echo $m; done; true")
                .with(files(root, arrives, stays))
                .with(MAY_MOUNT));
        Path sandbox = directory.resolve("sandbox-second");
        Rig.await("mounts in the container", () -> Files.exists(sandbox.resolve("ready")));
        assertThat(Rig.mounts()).noneMatch(line -> line.contains(" mine "));
        Mount.mount("late", late.toString(), "tmpfs", 0, "");
        Files.writeString(late.resolve("seen"), "");
        Files.writeString(sandbox.resolve("go"), "");
        assertThat(rig.end("second").waitStatus()).isZero();
        List<String> said = rig.stdout("second").lines().toList();
        assertThat(ahead).contains(said.getFirst());
        assertThat(said.subList(1, said.size())).containsExactly("arrives");
        Mount.umount(late.toString(), Mount.MNT_DETACH);
        Mount.mount("none", store.toString(), "", Mount.MS_PRIVATE, "");
    }

    @Test
    void shouldRefuseWhatCannotBe() throws IOException {
        Path file = Files.writeString(store.resolve("file"), "");
        ContainerConfig config = rig.shell("refused", Limits.NONE, "true");
        assertThatThrownBy(() -> rig.launch(config.with(Filesystem.DEFAULT.with(new RootFs.Directory(file)))))
                .hasMessage("container refused: filesystem.root.path=" + file + ": must be a directory");
        assertThatThrownBy(() -> rig.launch(config.with(Filesystem.DEFAULT.with(List.of(
                        new Volume(new Volume.HostPath(Path.of("/missing")), "x", false),
                        new Volume(new Volume.HostPath(file), "/no/such/place", false))))))
                .hasMessage(
                        "container refused: volume.hostPath=/missing: does not exist; volume.containerPath=/no/such/place:"
                                + " does not exist on the host, whose files a container without an image has");
        assertThat(directory.resolve("run/containers")).isEmptyDirectory();
    }
}
