package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Privileges;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.Device;
import io.gatun.isolator.security.Rlimit;
import io.gatun.isolator.security.Seccomp;
import io.gatun.isolator.security.SecurityPolicy;
import io.gatun.isolator.security.seccomp.SeccompProfiles;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a container is held, seen from inside. */
@KernelTest
@Timeout(900)
class SecurityKernelTest {
    private static final String STATUS =
            "grep -E '^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp):' /proc/self/status | tr '\\t' ' ';";

    /** What people run in containers; each must work under the built-in profile. */
    private static final List<String> PROGRAMS = List.of(
            "ls -la / > /dev/null",
            "find /etc -maxdepth 1 -type f | sort | head -n 3 > /dev/null",
            "mkdir d && cp /etc/passwd d/a && mv d/a d/b && ln -s b d/c && cat d/c | grep -q root && rm -r d",
            "tar cf t.tar /etc/passwd 2> /dev/null && tar tf t.tar > /dev/null && rm t.tar",
            "perl -e 'use Socket; socketpair(A, B, AF_UNIX, SOCK_STREAM, 0) or die; fork // die; print 1' > /dev/null",
            "! command -v python3 > /dev/null || python3 -c 'import subprocess, socket, threading, tempfile;"
                    + " t = threading.Thread(target=lambda: socket.socket(socket.AF_INET6)); t.start(); t.join();"
                    + " subprocess.run([\"true\"], check=True); tempfile.TemporaryFile()'",
            "dpkg -l > /dev/null",
            "! command -v apt-get > /dev/null || apt-get -s -o Debug::NoLocking=1 check > /dev/null",
            "id > /dev/null && ps > /dev/null && sleep 0.1 && date > /dev/null");

    @TempDir
    Path directory;

    private Path profiles;
    private Rig rig;

    @BeforeEach
    void open() throws IOException {
        profiles = Files.createDirectory(directory.resolve("profiles"));
        try (InputStream in = SeccompProfiles.class.getResourceAsStream("default.json")) {
            Files.copy(in, profiles.resolve("default.json"));
        }
        rig = new Rig(
                directory,
                config -> config.with(new SecurityPolicy(
                        Optional.empty(),
                        Optional.empty(),
                        new SeccompProfiles(Optional.of(profiles)),
                        Optional.empty(),
                        false,
                        List.of(),
                        KernelProbe.rights())));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private List<String> run(String id, Privileges privileges, Optional<String> user, String script) {
        ContainerConfig config =
                rig.config(id, Limits.NONE, user, "/bin/sh", "-c", script).with(privileges);
        Termination end = rig.run(config);
        assertThat(end.waitStatus()).as("%s: %s", script, rig.stderr(id)).isZero();
        return rig.stdout(id).lines().toList();
    }

    private static Privileges capabilities(Set<Capability> effective, Set<Capability> bounding) {
        return Privileges.DEFAULT.withCapabilities(Optional.of(effective), Optional.of(bounding));
    }

    private static Privileges profile(String name) {
        return Privileges.DEFAULT.with(new Seccomp.Profile(name));
    }

    @Test
    void shouldHoldRootToItsCapabilities() {
        Set<Capability> few = Set.of(Capability.CHOWN, Capability.NET_RAW);
        List<String> lines = run(
                "root",
                capabilities(few, Capability.CONTAINER),
                Optional.empty(),
                STATUS + " touch f; chown 5 f && stat -c %u f; mount -t tmpfs none /mnt 2>&1 | grep -c denied;"
                        + " kill -0 1 && echo signalled; cat /proc/1/environ 2>&1 | grep -c denied");
        assertThat(lines)
                .contains(
                        "CapInh: 0000000000002001",
                        "CapPrm: 0000000000002001",
                        "CapEff: 0000000000002001",
                        "CapBnd: 00000000a80425fb",
                        "CapAmb: 0000000000002001",
                        "NoNewPrivs: 1",
                        "Seccomp: 0")
                .endsWith("5", "1", "signalled", "1");
    }

    @Test
    void shouldGiveAnotherUserWhatWasAskedForAndNothingElse() {
        Set<Capability> bind = Set.of(Capability.NET_BIND_SERVICE);
        assertThat(run(
                        "bind",
                        capabilities(bind, bind).withGroups(List.of("daemon", "4711")),
                        Optional.of("33"),
                        STATUS))
                .contains(
                        "Uid: 33 33 33 33",
                        "Gid: 33 33 33 33",
                        "Groups: 1 33 4711 ",
                        "CapInh: 0000000000000400",
                        "CapPrm: 0000000000000400",
                        "CapEff: 0000000000000400",
                        "CapBnd: 0000000000000400",
                        "CapAmb: 0000000000000400");
        assertThat(run("none", capabilities(Set.of(), Capability.CONTAINER), Optional.of("33:0"), STATUS))
                .contains(
                        "Gid: 0 0 0 0",
                        "Groups: 0 ",
                        "CapPrm: 0000000000000000",
                        "CapBnd: 00000000a80425fb",
                        "CapAmb: 0000000000000000");
    }

    @Test
    void shouldRunCommonProgramsUnderTheBuiltInProfile() {
        Privileges held = profile("default.json")
                .withCapabilities(Optional.of(Capability.CONTAINER), Optional.of(Capability.CONTAINER));
        assertThat(run(
                        "held",
                        held,
                        Optional.empty(),
                        "set -e; " + STATUS + String.join("; ", PROGRAMS) + "; echo done"))
                .contains("Seccomp: 2", "NoNewPrivs: 1")
                .endsWith("done");
        if (Files.isExecutable(Path.of(System.getProperty("java.home"), "bin", "java"))) {
            ContainerConfig java = rig.config(
                            "java",
                            Limits.NONE,
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-version")
                    .with(held);
            assertThat(rig.run(java).waitStatus()).as(rig.stderr("java")).isZero();
        }
    }

    @Test
    void shouldRefuseSystemCallsUnderTheBuiltInProfile() {
        // By number, and with all of root's capabilities: it is the filter that answers. x86-64 only, as the VM is.
        String script = """
                perl -e '
                  %calls = (keyctl => 250, userfaultfd => 323, modify_ldt => 154, io_uring_setup => 425, clone3 => 435,
                            bpf => 321, unshare => 272, socket => 41, future => 999, x32 => 0x40000000 + 39, getpid => 39);
                  %first = (unshare => 0x10000000, socket => 38);
                  for (sort keys %calls) {
                    $! = 0; $r = syscall($calls{$_}, $first{$_} // 0, 0, 0); print "$_ ", $r < 0 ? $! + 0 : "fine", "\\n"
                  }'""";
        Privileges held =
                profile("default.json").withCapabilities(Optional.of(Set.of()), Optional.of(Capability.CONTAINER));
        assertThat(run("calls", held, Optional.empty(), script))
                .containsExactlyInAnyOrder(
                        "keyctl 1",
                        "userfaultfd 1",
                        "modify_ldt 1",
                        "io_uring_setup 38",
                        "clone3 38",
                        "bpf 1",
                        "unshare 1",
                        "socket 1",
                        "future 38",
                        "x32 38",
                        "getpid fine");
    }

    @Test
    void shouldFilterByAProfileOfItsOwn() throws IOException {
        Files.writeString(profiles.resolve("mine"), """
                {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                  {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28},
                  {"names": ["chmod", "fchmodat", "fchmodat2"], "action": "SCMP_ACT_KILL_PROCESS"}]}""");
        assertThat(run("mine", profile("mine"), Optional.of("33"), STATUS + " mkdir /tmp/d 2>&1; chmod 0 . || echo $?"))
                .contains("Seccomp: 2")
                .anyMatch(line -> line.endsWith("No space left on device"))
                .endsWith("159");
        assertThatThrownBy(() -> run("typo", profile("yours"), Optional.empty(), "true"))
                .hasMessage("container typo: seccomp.profile_name=yours: is not in " + profiles);
        rig.containerizer.remove("mine");
        rig.assertNothingLeft();
    }

    @Test
    void shouldFilterWithoutNoNewPrivileges() {
        assertThat(run(
                        "gains",
                        new Privileges(false)
                                .with(new Seccomp.Profile("default.json"))
                                .withCapabilities(Optional.of(Capability.CONTAINER), Optional.of(Capability.CONTAINER)),
                        Optional.of("33"),
                        STATUS))
                .contains("NoNewPrivs: 0", "Seccomp: 2", "Uid: 33 33 33 33");
    }

    @Test
    void shouldLimitResources() {
        Privileges limited = Privileges.DEFAULT.withRlimits(List.of(
                new Rlimit(Rlimit.Type.NOFILE, 99, 1234),
                new Rlimit(Rlimit.Type.CORE, 0, Rlimit.UNLIMITED),
                new Rlimit(Rlimit.Type.FSIZE, 8192, 8192),
                Rlimit.unlimited(Rlimit.Type.STACK)));
        assertThat(run(
                        "limited",
                        limited,
                        Optional.of("33"),
                        "ulimit -Sn; ulimit -Hn; ulimit -Sc; ulimit -Hc; ulimit -s; ulimit -f"))
                .containsExactly("99", "1234", "0", "unlimited", "unlimited", "16");
    }

    @Test
    void shouldRefuseAUserBeforeAnythingIsMade() {
        ContainerConfig config = rig.config("who", Limits.NONE, Optional.of("www-data:no-such"), "/bin/true");
        assertThatThrownBy(() -> rig.launch(config))
                .hasMessage("container who: user=www-data:no-such: no-such is not in /etc/group");
        rig.assertNothingLeft();
    }

    /** A root of its own, with the host's programs and users who are nobody on the host. */
    private ContainerConfig contained(String id, Optional<String> user, Privileges privileges, String script)
            throws IOException {
        Path root = Files.createDirectories(directory.resolve("root-" + id));
        Files.createDirectories(root.resolve("usr"));
        Files.createDirectories(root.resolve("etc"));
        for (String link : List.of("bin", "lib", "lib64", "sbin")) {
            Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
        }
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\napp:x:1234:1235::/:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\napp:x:1235:\nextra:x:77:app,root\n");
        return rig.config(id, Limits.NONE, user, "/bin/sh", "-c", script)
                .with(privileges)
                .with(Filesystem.DEFAULT
                        .with(new RootFs.Directory(root))
                        .with(List.of(new Volume(new Volume.HostPath(Path.of("/usr")), "/usr", true))));
    }

    private List<String> lines(ContainerConfig config) {
        Termination end = rig.run(config);
        assertThat(end.waitStatus()).as(rig.stderr(config.id())).isZero();
        return rig.stdout(config.id()).lines().toList();
    }

    @Test
    void shouldConfineAContainerWithFilesOfItsOwn() throws IOException {
        assertThat(
                        lines(
                                contained(
                                        "image",
                                        Optional.empty(),
                                        Privileges.DEFAULT,
                                        STATUS
                                                + " mknod /tmp/sda b 8 0 2>/dev/null; mount -t proc none /mnt 2>&1 | grep -c denied;"
                                                + " ls /proc/1/root 2>&1 | grep -c denied; unshare -U true 2>&1 | grep -c 'not permitted'")))
                .contains(
                        "Groups: 0 77 ",
                        "CapInh: 0000000000000000",
                        "CapPrm: 00000000a80425fb",
                        "CapEff: 00000000a80425fb",
                        "CapBnd: 00000000a80425fb",
                        "CapAmb: 0000000000000000",
                        "NoNewPrivs: 1",
                        "Seccomp: 2")
                .endsWith("1", "1", "1");
        assertThat(lines(contained("app", Optional.of("app"), Privileges.DEFAULT, STATUS)))
                .contains(
                        "Uid: 1234 1234 1234 1234",
                        "Gid: 1235 1235 1235 1235",
                        "Groups: 77 1235 ",
                        "CapPrm: 0000000000000000",
                        "CapBnd: 00000000a80425fb",
                        "Seccomp: 2");
        assertThat(lines(contained("stranger", Optional.of("4711"), Privileges.DEFAULT, "id -u; id -g; id -G")))
                .containsExactly("4711", "0", "0");
    }

    @Test
    void shouldLoosenWhatIsAskedFor() throws IOException {
        assertThat(
                        lines(
                                contained(
                                        "free",
                                        Optional.empty(),
                                        Privileges.all()
                                                .withDevices(List.of(new Device(
                                                        "/dev/mine/nothing", false, 1, 3, "rwm", 0640, 0, 1235))),
                                        STATUS
                                                + " stat -c '%F %a %u:%g %t:%T' /dev/mine/nothing; mount -t tmpfs none /mnt && echo mounted")))
                .contains("NoNewPrivs: 0", "Seccomp: 0")
                .anyMatch(line -> line.matches("CapEff: 000001[0-9a-f]{10}"))
                .endsWith("character special file 640 0:1235 1:3", "mounted");
    }

    /** Working directories of images led out of their root in more than one runtime, CVE-2024-21626. */
    @Test
    void shouldNotEnterADescriptorOfTheAgent() throws IOException {
        try (OwnedFd host = Fd.open(Path.of("/"), Fd.O_RDONLY, 0)) {
            String leak = "/proc/self/fd/" + host.fd();
            ContainerConfig direct = contained("direct", Optional.empty(), Privileges.DEFAULT, "ls ../../..");
            assertThatThrownBy(() -> rig.launch(direct.with(in(direct, leak)))).hasMessageContaining("ELOOP");
            ContainerConfig linked = contained("linked", Optional.empty(), Privileges.DEFAULT, "ls ../../..");
            Files.createSymbolicLink(directory.resolve("root-linked/work"), Path.of(leak));
            assertThatThrownBy(() -> rig.launch(linked.with(in(linked, "/work"))))
                    .hasMessageContaining("ELOOP");
        }
        rig.assertNothingLeft();
    }

    private static Filesystem in(ContainerConfig config, String workingDirectory) {
        Filesystem files = config.filesystem();
        return new Filesystem(
                files.image(), files.root(), Optional.of(workingDirectory), false, files.volumes(), files.diskBytes());
    }
}
