package io.gatun.isolator.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.Arch;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Host;
import io.gatun.isolator.Identity;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Privileges;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.security.seccomp.KernelVersion;
import io.gatun.isolator.selection.Isolators;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The part of a plan that holds the task, as text; the texts lie beside this test. */
class SecurityPlanTest {
    static final Host ROOT = new Host(
            Arch.X86_64,
            0,
            0,
            EnumSet.of(Namespace.PID, Namespace.MOUNT, Namespace.IPC, Namespace.UTS),
            true,
            CgroupHost.NONE);

    static final KernelRights KERNEL = new KernelRights(new KernelVersion(6, 1), 40, Capability.ALL);
    private static final Identity WWW = new Identity(33, 33, List.of(33, 100));

    static ContainerConfig config(Privileges privileges, boolean contained) {
        ContainerConfig host = new ContainerConfig(
                        "web",
                        List.of("/bin/httpd"),
                        Map.of(),
                        Path.of("/run/sandbox"),
                        Optional.empty(),
                        Limits.NONE,
                        Path.of("/run/sandbox/stdout"),
                        Path.of("/run/sandbox/stderr"))
                .with(privileges);
        return contained ? host.with(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/images/web")))) : host;
    }

    private static List<String> steps(
            SecurityPolicy policy, Privileges privileges, boolean contained, Optional<Identity> who) {
        ContainerConfig config = config(privileges, contained);
        Isolators isolators = Isolators.standard();
        LaunchContext launch = new LaunchContext(
                config, ROOT, who, Path.of("/run/gatun/web"), policy.confine(config, ROOT, isolators.names()));
        return isolators.plan(launch).toString().lines().toList();
    }

    private static List<String> task(SecurityPolicy policy, Privileges privileges, boolean contained, Identity who) {
        List<String> lines = steps(policy, privileges, contained, Optional.of(who));
        return lines.subList(lines.indexOf("task:") + 1, lines.size());
    }

    private static List<String> expected(String name) throws IOException {
        try (InputStream in = SecurityPlanTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void shouldConfineAContainerWithAnImage() throws IOException {
        assertThat(task(SecurityPolicy.standard(KERNEL), Privileges.DEFAULT, true, new Identity(0, 0, List.of(0))))
                .isEqualTo(expected("image.plan"));
    }

    @Test
    void shouldKeepWhatWasAskedForAcrossTheChangeOfUser() throws IOException {
        Privileges asked = Privileges.DEFAULT
                .withCapabilities(
                        Optional.of(Set.of(Capability.NET_BIND_SERVICE)),
                        Optional.of(Set.of(Capability.NET_BIND_SERVICE, Capability.NET_RAW)))
                .withRlimits(List.of(new Rlimit(Rlimit.Type.NOFILE, 1024, 4096), Rlimit.unlimited(Rlimit.Type.CORE)));
        assertThat(task(SecurityPolicy.standard(KERNEL), asked, false, WWW)).isEqualTo(expected("asked.plan"));
    }

    @Test
    void shouldFilterBeforeItGivesUpTheRightTo() {
        List<String> task = task(SecurityPolicy.standard(KERNEL), new Privileges(false), true, WWW);
        assertThat(task.stream()
                        .map(line -> line.strip().replaceFirst("\\(.*", ""))
                        .toList())
                .containsSubsequence(
                        "privileges     seccomp",
                        "privileges     setresuid",
                        "capabilities   capset",
                        "exec           execve")
                .doesNotContain("seccomp        seccomp");
        assertThat(task).noneMatch(line -> line.contains("PR_SET_NO_NEW_PRIVS"));
    }

    @Test
    void shouldHoldAContainerOnTheHostsFilesToNoMoreThanBefore() {
        assertThat(task(SecurityPolicy.standard(KERNEL), Privileges.DEFAULT, false, WWW))
                .containsExactly(
                        "  session        setsid()",
                        "  session        rt_sigprocmask(SIG_SETMASK, [], NULL, 8)",
                        "  privileges     prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)",
                        "  privileges     setgroups(2, [33, 100])",
                        "  privileges     setresgid(33, 33, 33)",
                        "  privileges     setresuid(33, 33, 33)",
                        "  descriptors    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC)",
                        "  exec           execve(\"/bin/httpd\", [\"/bin/httpd\"], [])");
    }

    @Test
    void shouldMakeDeviceNodes() {
        Privileges asked = Privileges.DEFAULT.withDevices(List.of(
                new Device("/dev/net/tun", false, 10, 200, "rw", 0666, 0, 0),
                new Device("/dev/sdb", true, 8, 16, "rwm", 0660, 0, 6)));
        assertThat(steps(SecurityPolicy.standard(KERNEL), asked, true, Optional.empty()))
                .containsSubsequence(
                        "  files          mkdirat(AT_FDCWD, \"/dev/net\", 0755) /* may fail */",
                        "  files          mknodat(AT_FDCWD, \"/dev/net/tun\", S_IFCHR|0666, makedev(10, 200))",
                        "  files          fchmodat(AT_FDCWD, \"/dev/net/tun\", 0666)",
                        "  files          mknodat(AT_FDCWD, \"/dev/sdb\", S_IFBLK|0660, makedev(8, 16))",
                        "  files          fchmodat(AT_FDCWD, \"/dev/sdb\", 0660)",
                        "  files          fchownat(AT_FDCWD, \"/dev/sdb\", 0, 6, 0)");
        assertThat(steps(SecurityPolicy.standard(KERNEL), asked, false, Optional.empty()))
                .as("the host's /dev has them already")
                .noneMatch(line -> line.contains("mknod"));
    }

    @Test
    void shouldDropCapabilitiesThatItDoesNotKnow() {
        KernelRights future = new KernelRights(new KernelVersion(8, 0), 42, Capability.ALL);
        assertThat(task(SecurityPolicy.standard(future), Privileges.DEFAULT, true, WWW))
                .contains("  privileges     prctl(PR_CAPBSET_DROP, 42, 0, 0, 0)");
    }
}
