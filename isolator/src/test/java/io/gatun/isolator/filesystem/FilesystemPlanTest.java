package io.gatun.isolator.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Arch;
import io.gatun.ffm.mount.Mount;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Host;
import io.gatun.isolator.IdMapping;
import io.gatun.isolator.Identity;
import io.gatun.isolator.Image;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.Phase;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Row;
import io.gatun.isolator.Volume;
import io.gatun.isolator.namespace.IpcNamespaceIsolator;
import io.gatun.isolator.namespace.NamespaceIsolator;
import io.gatun.isolator.namespace.PidNamespaceIsolator;
import io.gatun.isolator.namespace.UserNamespaceIsolator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Roots, volumes and namespaces as text. The texts lie beside this test. */
class FilesystemPlanTest {
    private static final CgroupHost UNIFIED =
            new CgroupHost("gatun", Optional.of(Path.of("/sys/fs/cgroup")), Set.of("memory"), Map.of(), true);
    private static final Host ROOT = new Host(
            Arch.X86_64,
            0,
            0,
            EnumSet.of(Namespace.PID, Namespace.MOUNT, Namespace.IPC, Namespace.UTS, Namespace.CGROUP),
            true,
            UNIFIED);
    private static final Set<String> DIRECTORIES = Set.of(
            "/srv",
            "/proc/acpi",
            "/proc/bus",
            "/proc/sys",
            "/sys/firmware",
            "/rootfs",
            "/l/top",
            "/l/base",
            "/c/upper",
            "/c/work");
    private static final Set<String> FILES = Set.of("/proc/kcore", "/etc/resolv.conf", "/srv/secret");

    private static final HostFiles HOST_FILES = new HostFiles() {
        @Override
        public boolean exists(Path path) {
            return isDirectory(path) || FILES.contains(path.toString());
        }

        @Override
        public boolean isDirectory(Path path) {
            return DIRECTORIES.contains(path.toString());
        }
    };

    private static final RootFs.Overlay OVERLAY =
            new RootFs.Overlay(List.of(Path.of("/l/top"), Path.of("/l/base")), Path.of("/c/upper"), Path.of("/c/work"));

    private static ContainerConfig config(Filesystem filesystem) {
        return new ContainerConfig(
                        "web-1",
                        List.of("/bin/true"),
                        Map.of(),
                        Path.of("/run/sandbox"),
                        Optional.empty(),
                        Limits.NONE,
                        Path.of("/run/sandbox/stdout"),
                        Path.of("/run/sandbox/stderr"))
                .with(filesystem);
    }

    private static LaunchContext launch(ContainerConfig config, Host host) {
        return new LaunchContext(
                config, host, Optional.of(new Identity(33, 33, List.of(33))), Path.of("/run/gatun/web-1"));
    }

    private static LaunchPlan plan(LaunchContext launch) {
        List<Row> rows = new ArrayList<>();
        for (Isolator isolator : List.of(
                new NamespaceIsolator(),
                new PidNamespaceIsolator(),
                new IpcNamespaceIsolator(),
                new UserNamespaceIsolator(),
                new FilesystemIsolator(HOST_FILES))) {
            assertThat(isolator.problems(launch)).isEmpty();
            rows.addAll(isolator.rows(launch));
        }
        return LaunchPlan.of(rows);
    }

    private static void assertPlan(LaunchContext launch, String name) throws IOException {
        try (InputStream in = FilesystemPlanTest.class.getResourceAsStream(name)) {
            String expected = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(plan(launch)).hasToString(expected);
        }
    }

    @Test
    void shouldMakeARootOfAnImage() throws IOException {
        Volume config = new Volume(new Volume.HostPath(Path.of("/etc/resolv.conf")), "/etc/resolv.conf", true);
        Filesystem filesystem =
                new Filesystem(Optional.empty(), OVERLAY, Optional.of("/srv/app"), true, List.of(config), 0);
        assertPlan(launch(config(filesystem), ROOT), "image.plan");
    }

    @Test
    void shouldMountVolumesOfEveryKind() throws IOException {
        Image image = new Image("data", false, List.of(), Optional.empty());
        List<Volume> volumes = List.of(
                new Volume(new Volume.HostPath(Path.of("/srv")), "/srv", false, Volume.Propagation.BIDIRECTIONAL),
                new Volume(new Volume.SandboxPath(Optional.empty(), "a/b"), "own", true, Volume.Propagation.PRIVATE),
                new Volume(new Volume.ImageFiles(image, Optional.of(OVERLAY)), "image", true),
                new Volume(Volume.Secret.of("do not print"), "/srv/secret", true));
        LaunchContext launch = launch(config(Filesystem.DEFAULT.with(volumes)), ROOT);
        assertPlan(launch, "volumes.plan");
        assertThat(launch.config().toString() + plan(launch)).doesNotContain("do not print");
    }

    @Test
    void shouldDoWithoutPrivileges() throws IOException {
        Set<Namespace> namespaces = EnumSet.allOf(Namespace.class);
        Host host = new Host(Arch.X86_64, 1000, 100, namespaces, true, CgroupHost.NONE);
        assertPlan(
                launch(config(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/rootfs")))), host),
                "rootless.plan");
    }

    @Test
    void shouldShareWithAParentWhatIsItsOwn() throws IOException {
        ContainerConfig nested = config(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/rootfs"))))
                .withParent(Optional.of("pod"))
                .with(new NamespaceConfig(Optional.empty(), true, 0));
        assertPlan(launch(nested, ROOT), "nested.plan");
    }

    @Test
    void shouldMapIdsWhenAllElseIsDone() throws IOException {
        ContainerConfig mapped = config(Filesystem.DEFAULT.with(OVERLAY))
                .with(NamespaceConfig.DEFAULT.with(Optional.of(new IdMapping(100_000, 65_536))));
        assertPlan(launch(mapped, ROOT), "mapped.plan");
    }

    @Test
    void shouldNameLayersShortlyThatDoNotFit() {
        List<Path> lower = IntStream.range(0, 100)
                .mapToObj(i -> Path.of("/layers/" + "0123456789abcdef".repeat(4) + i))
                .toList();
        RootFs.Overlay overlay = new RootFs.Overlay(lower, Path.of("/c/upper"), Path.of("/c/work"));
        List<Row> rows =
                new FilesystemIsolator(HOST_FILES).rows(launch(config(Filesystem.DEFAULT.with(overlay)), ROOT));
        assertThat(rows.stream().map(Object::toString))
                .contains("symlink(\"" + lower.getFirst() + "\", \"/run/gatun/web-1/root/0\")")
                .contains("symlink(\"" + lower.getLast() + "\", \"/run/gatun/web-1/root/2r\")");
        assertThat(LaunchPlan.of(rows).toString())
                .contains("chdir(\"/run/gatun/web-1/root\")")
                .contains("\"lowerdir=0:1:2:")
                .contains(":2q:2r,upperdir=upper,workdir=work,volatile\"");
    }

    @Test
    void shouldSayWhatIsWrong() {
        Filesystem filesystem = Filesystem.DEFAULT
                .with(new RootFs.Overlay(List.of(Path.of("/l/none")), Path.of("/etc/resolv.conf"), Path.of("/c/work")))
                .with(List.of(new Volume(new Volume.HostPath(Path.of("/none")), "/x", false)));
        Host bare = new Host(Arch.X86_64, 1000, 100, Set.of(), false, CgroupHost.NONE);
        FilesystemIsolator isolator = new FilesystemIsolator(HOST_FILES);
        assertThat(isolator.problems(launch(config(filesystem), bare)))
                .containsExactly(
                        "filesystem=root: needs a mount namespace, which this host does not allow",
                        "filesystem.root: needs a /proc of its own, which this host does not allow");
        assertThat(isolator.missing(launch(config(filesystem), bare)))
                .containsExactly(
                        "filesystem.root.lower=/l/none: does not exist",
                        "filesystem.root.upper=/etc/resolv.conf: must be a directory",
                        "volume.hostPath=/none: does not exist");
        assertThat(new UserNamespaceIsolator()
                        .problems(launch(
                                config(Filesystem.DEFAULT)
                                        .with(NamespaceConfig.DEFAULT.with(Optional.of(new IdMapping(1, 1)))),
                                bare)))
                .containsExactly(
                        "namespaces.ids=IdMapping[firstHostId=1, count=1]: only an agent that is root can map ids");
        assertThat(new PidNamespaceIsolator()
                        .problems(launch(
                                config(Filesystem.DEFAULT).with(new NamespaceConfig(Optional.empty(), true, 0)), bare)))
                .containsExactly(
                        "namespaces.sharePidNamespace=true: needs cgroups, without which its processes could not be"
                                + " found when it ends");
    }

    @Test
    void shouldLookForAPlaceInTheImageAndNotOnTheHost() {
        Filesystem image = new Filesystem(
                Optional.of(new Image("app", false, List.of(), Optional.empty())),
                new RootFs.Host(),
                Optional.empty(),
                false,
                List.of(new Volume(new Volume.HostPath(Path.of("/srv")), "/nowhere", true)),
                0);
        FilesystemIsolator isolator = new FilesystemIsolator(HOST_FILES);
        assertThat(isolator.missing(launch(config(image), ROOT))).isEmpty();
        assertThat(isolator.missing(launch(config(Filesystem.DEFAULT.with(image.volumes())), ROOT)))
                .containsExactly("volume.containerPath=/nowhere: does not exist on the host, whose files a container"
                        + " without an image has");
    }

    @Test
    void shouldAttachDevicesThatWereMadeAheadInPlaceOfItsOwn() {
        LaunchPlan plan = plan(launch(config(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/rootfs")))), ROOT));
        List<SyscallRecord> own = plan.childRecords(Phase.DEVICES);
        assertThat(DeviceFiles.areUsual(own)).isTrue();
        List<SyscallRecord> attach = DeviceFiles.attach();
        assertThat(attach)
                .extracting(SyscallRecord::toString)
                .containsExactly(
                        "move_mount(<made_dev>, \"\", AT_FDCWD, \"/dev\", MOVE_MOUNT_F_EMPTY_PATH)",
                        "move_mount(<made_pts>, \"\", AT_FDCWD, \"/dev/pts\", MOVE_MOUNT_F_EMPTY_PATH)",
                        "move_mount(<made_mqueue>, \"\", AT_FDCWD, \"/dev/mqueue\", MOVE_MOUNT_F_EMPTY_PATH)",
                        "move_mount(<made_shm>, \"\", AT_FDCWD, \"/dev/shm\", MOVE_MOUNT_F_EMPTY_PATH)");
        List<SyscallRecord> before = plan.childTable().records();
        List<SyscallRecord> expected = new ArrayList<>(before);
        int first = Collections.indexOfSubList(before, own);
        expected.subList(first, first + own.size()).clear();
        expected.addAll(first, attach);
        assertThat(plan.childTable(List.of(), Map.of(Phase.DEVICES, attach)).records())
                .isEqualTo(expected);
    }

    @Test
    void shouldEnterMountsThatWereMadeAheadWithWhatItOpened() {
        Filesystem files = Filesystem.DEFAULT
                .with(new RootFs.Directory(Path.of("/rootfs")))
                .with(List.of(new Volume(
                        new Volume.HostPath(Path.of("/etc/resolv.conf")), "/data", true, Volume.Propagation.PRIVATE)));
        LaunchPlan plan = plan(launch(config(files), ROOT));
        assertThat(plan.entering())
                .extracting(SyscallRecord::toString)
                .containsExactly(
                        "volume_0 = open_tree(AT_FDCWD, \"/etc/resolv.conf\", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE)",
                        slave("volume_0"),
                        "mount_setattr(volume_0, \"\", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY,"
                                + " propagation=MS_PRIVATE}, 32)",
                        "sandbox = open_tree(AT_FDCWD, \"/run/sandbox\", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE)",
                        slave("sandbox"),
                        "root = open_tree(AT_FDCWD, \"/rootfs\", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC)",
                        slave("root"),
                        "setns(<made_mounts>, CLONE_NEWNS)",
                        "move_mount(root, \"\", AT_FDCWD, \"/\", MOVE_MOUNT_F_EMPTY_PATH)",
                        "fchdir(root)",
                        "chroot(\".\")");
        List<SyscallRecord> records = plan.childTable(
                        List.of(), Map.of(Phase.MOUNT, plan.entering(), Phase.ROOT, List.of()))
                .records();
        assertThat(records).containsSubsequence(plan.entering());
        List<SyscallRecord> others = new ArrayList<>(plan.childTable().records());
        others.removeAll(plan.childRecords(Phase.MOUNT));
        others.removeAll(plan.childRecords(Phase.ROOT));
        assertThat(records).hasSize(others.size() + plan.entering().size()).containsSubsequence(others);
    }

    private static String slave(String mount) {
        return "mount_setattr(" + mount + ", \"\", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=0, propagation=MS_SLAVE}, 32)";
    }

    /** Entering replaces all that is mounted before there is a root: of these rows, and no others. */
    @Test
    void shouldReplaceNothingElseByEntering() {
        LaunchPlan plan = plan(launch(config(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/rootfs")))), ROOT));
        assertThat(plan.childRecords(Phase.MOUNT))
                .extracting(record -> record.call() + " " + record.object())
                .containsExactly("MOUNT /", "OPEN_TREE /run/sandbox", "MOUNT /run/gatun/web-1/mnt");
    }

    @Test
    void shouldNotEnterMountsWhereSomethingIsMountedBeforeItsRoot() {
        Filesystem files = Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/rootfs")));
        Volume secret = new Volume(Volume.Secret.of("x"), "secret", true);
        Volume both = new Volume(
                new Volume.HostPath(Path.of("/etc/resolv.conf")), "/data", false, Volume.Propagation.BIDIRECTIONAL);
        for (ContainerConfig other : List.of(
                config(Filesystem.DEFAULT),
                config(files.with(List.of(secret))),
                config(files.with(List.of(both))),
                config(files).with(NamespaceConfig.DEFAULT.with(Optional.of(new IdMapping(100_000, 65_536)))),
                config(Filesystem.DEFAULT.with(
                        new RootFs.Overlay(List.of(Path.of("/rootfs")), Path.of("/rootfs"), Path.of("/rootfs")))))) {
            assertThat(plan(launch(other, ROOT)).entering()).isEmpty();
        }
    }

    @Test
    void shouldTellWhenDevicesAreNotTheUsualOnes() {
        ContainerConfig usual = config(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/rootfs"))));
        for (ContainerConfig other : List.of(
                usual.with(new NamespaceConfig(Optional.empty(), false, 1 << 20)),
                usual.with(NamespaceConfig.DEFAULT.with(Optional.of(new IdMapping(100_000, 65_536)))),
                config(Filesystem.DEFAULT))) {
            assertThat(DeviceFiles.areUsual(plan(launch(other, ROOT)).childRecords(Phase.DEVICES)))
                    .isFalse();
        }
    }

    @Test
    void shouldSayWhichFlagsANewMountHas() {
        assertThat(DeviceFiles.USUAL).extracting(FileSystem::attributes).containsExactly(0x2AL, 0xAL, 0xEL, 0xEL);
        assertThatThrownBy(() -> new FileSystem("none", "/dev", "tmpfs", Mount.MS_BIND, ""))
                .hasMessage("flags=0x1000: must be those of a new mount");
    }
}
