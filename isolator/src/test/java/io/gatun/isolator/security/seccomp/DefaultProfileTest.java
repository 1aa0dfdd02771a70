package io.gatun.isolator.security.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.Errno;
import io.gatun.isolator.security.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the built-in profile promises, asked of its compiled program. */
class DefaultProfileTest {
    private static final int EPERM = 0x5_0000 | Errno.EPERM;
    private static final int ENOSYS = 0x5_0000 | Errno.ENOSYS;
    private static final int ALLOW = 0x7fff_0000;

    static String json() {
        try (InputStream in = SeccompProfiles.class.getResourceAsStream("default.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int answer(Set<Capability> bounding, String name, long... args) {
        SeccompTarget target = new SeccompTarget(SeccompArch.X86_64, new KernelVersion(6, 1), bounding);
        return Bpf.run(
                new SeccompProfiles(Optional.empty()).standard(target).instructions(),
                SeccompArch.X86_64.auditArch(),
                SyscallNames.number(name, SeccompArch.X86_64).orElseThrow(),
                args);
    }

    private static int answer(String name, long... args) {
        return answer(Capability.CONTAINER, name, args);
    }

    @Test
    void shouldDecideOnEveryCallThatIsNamedNowhereOnPurpose() {
        SeccompProfile profile = ProfileReader.read("default", json());
        Set<String> left = new TreeSet<>();
        for (String name : SyscallNamesTest.names()) {
            boolean exists = SyscallNames.number(name, SeccompArch.X86_64).isPresent()
                    || SyscallNames.number(name, SeccompArch.AARCH64).isPresent();
            if (exists
                    && profile.rules().stream().noneMatch(rule -> rule.names().contains(name))) {
                left.add(name);
            }
        }
        assertThat(left)
                .containsExactly(
                        "add_key",
                        "get_thread_area",
                        "keyctl",
                        "modify_ldt",
                        "request_key",
                        "set_thread_area",
                        "userfaultfd");
    }

    @Test
    void shouldRefuseWhatChangesTheHost() {
        for (String name : List.of(
                "mount",
                "umount2",
                "pivot_root",
                "setns",
                "bpf",
                "perf_event_open",
                "kexec_load",
                "reboot",
                "init_module",
                "swapon",
                "keyctl",
                "userfaultfd",
                "open_by_handle_at",
                "acct",
                "settimeofday",
                "fsopen",
                "move_mount",
                "syslog",
                "iopl",
                "quotactl")) {
            assertThat(answer(name)).as(name).isEqualTo(EPERM);
        }
    }

    @Test
    void shouldLetACapabilityOpenItsCalls() {
        Set<Capability> admin = Set.of(Capability.SYS_ADMIN);
        assertThat(answer(admin, "mount")).isEqualTo(ALLOW);
        assertThat(answer(admin, "clone3")).isEqualTo(ALLOW);
        assertThat(answer(admin, "unshare", 0x1000_0000)).isEqualTo(ALLOW);
        assertThat(answer(admin, "reboot")).isEqualTo(EPERM);
        assertThat(answer(Set.of(Capability.SYS_BOOT), "reboot")).isEqualTo(ALLOW);
        assertThat(answer(Set.of(), "chroot")).isEqualTo(EPERM);
        assertThat(answer("chroot")).isEqualTo(ALLOW);
    }

    @Test
    void shouldRefuseNewNamespacesOnly() {
        assertThat(answer("clone", 0x0100_0011))
                .as("CLONE_CHILD_SETTID|SIGCHLD")
                .isEqualTo(ALLOW);
        assertThat(answer("clone", 0x1000_0011)).as("CLONE_NEWUSER").isEqualTo(EPERM);
        assertThat(answer("clone3")).isEqualTo(ENOSYS);
        assertThat(answer("unshare", 0x400)).as("CLONE_FILES").isEqualTo(ALLOW);
        assertThat(answer("unshare", 0x80)).as("CLONE_NEWTIME").isEqualTo(EPERM);
        assertThat(answer("unshare", 0x0002_0000)).as("CLONE_NEWNS").isEqualTo(EPERM);
    }

    @Test
    void shouldLetTheUsualSocketsThrough() {
        assertThat(answer("socket", 2)).as("AF_INET").isEqualTo(ALLOW);
        assertThat(answer("socket", 16)).as("AF_NETLINK").isEqualTo(ALLOW);
        assertThat(answer("socket", 38)).as("AF_ALG").isEqualTo(EPERM);
        assertThat(answer("socket", 40)).as("AF_VSOCK").isEqualTo(EPERM);
        assertThat(answer("socket", 1L << 32 | 40))
                .as("AF_VSOCK to a kernel that reads an int")
                .isEqualTo(EPERM);
    }

    @Test
    void shouldRefuseFakedTerminalInput() {
        assertThat(answer("ioctl", 0, 0x5412)).as("TIOCSTI").isEqualTo(EPERM);
        assertThat(answer("ioctl", 0, 7L << 32 | 0x5412))
                .as("TIOCSTI, upper bits set")
                .isEqualTo(EPERM);
        assertThat(answer("ioctl", 0, 0x5413)).as("TIOCGWINSZ").isEqualTo(ALLOW);
    }

    @Test
    void shouldTellLibrariesToFallBack() {
        assertThat(answer("io_uring_setup")).isEqualTo(ENOSYS);
        SeccompTarget target = new SeccompTarget(SeccompArch.X86_64, new KernelVersion(6, 1), Set.of());
        List<Long> program =
                new SeccompProfiles(Optional.empty()).standard(target).instructions();
        assertThat(Bpf.run(program, SeccompArch.X86_64.auditArch(), 600))
                .as("a call of the future")
                .isEqualTo(ENOSYS);
        assertThat(Bpf.run(program, SeccompArch.X86_64.auditArch(), 0x4000_0000))
                .as("x32")
                .isEqualTo(ENOSYS);
        assertThat(Bpf.run(program, SeccompArch.X86.auditArch(), 3)).as("i386").isEqualTo(0x8000_0000);
    }
}
