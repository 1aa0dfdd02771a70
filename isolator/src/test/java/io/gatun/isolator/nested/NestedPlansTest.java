package io.gatun.isolator.nested;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.Arch;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.selection.Isolators;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NestedPlansTest {
    private static final Set<Joined> CONTAINER =
            EnumSet.of(Joined.MNT, Joined.UTS, Joined.IPC, Joined.PID, Joined.CGROUP);

    private final Host root = host(EnumSet.complementOf(EnumSet.of(Namespace.USER, Namespace.NET)), 0);
    private final Host rootless = host(EnumSet.complementOf(EnumSet.of(Namespace.NET)), 1000);

    private static Host host(Set<Namespace> namespaces, int uid) {
        CgroupHost cgroups = new CgroupHost(
                "gatun", Optional.of(Path.of("/sys/fs/cgroup")), Set.of("cpu", "memory", "pids"), Map.of(), false);
        return new Host(Arch.X86_64, uid, uid, namespaces, true, cgroups);
    }

    private static ContainerConfig config(String id) {
        return new ContainerConfig(
                id,
                List.of("/bin/sh"),
                Map.of("A", "b"),
                Path.of("/srv/sandbox"),
                Optional.empty(),
                Limits.NONE,
                Path.of("/srv/sandbox/stdout"),
                Path.of("/srv/sandbox/stderr"));
    }

    private static LaunchPlan plan(ContainerConfig config, Host host) {
        return Isolators.standard().plan(new LaunchContext(config, host, Optional.empty(), Path.of("/run/x")));
    }

    @Test
    void shouldPutAProgramWhereItsContainerIs() {
        ContainerConfig program = config("web.sh")
                .with(new IoConfig(Optional.of(new IoConfig.Terminal(24, 80)), false, false, Optional.empty()));
        String shown =
                NestedPlans.exec(plan(program, root), CONTAINER, false, "/tmp").toString();
        assertThat(shown)
                .contains("mkdir(\"/sys/fs/cgroup/gatun/web/mesos/sh\", 0755)")
                .contains("cgroup=\"/sys/fs/cgroup/gatun/web/mesos/sh\"")
                .contains("setns(<parent>, CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWPID|CLONE_NEWCGROUP)")
                .containsPattern("setns[\\s\\S]*openat\\(AT_FDCWD, \"/dev/ptmx\"")
                .containsPattern("setsid\\(\\)[\\s\\S]*ioctl\\(0, TIOCSCTTY, 0\\)")
                .contains("chdir(\"/tmp\")", "PR_SET_NO_NEW_PRIVS", "execve(\"/bin/sh\"");
        assertThat(shown)
                .doesNotContain("CLONE_NEWPID,")
                .doesNotContain("mount(", "sethostname", "memory.max", "unshare(", "chdir(\"/srv/sandbox\")");
    }

    @Test
    void shouldRunAProgramWithoutNamespacesToo() {
        ContainerConfig program = config("web.sh").with(new IoConfig(Optional.empty(), true, false, Optional.empty()));
        assertThat(NestedPlans.exec(plan(program, root), Set.of(), false, "/").toString())
                .doesNotContain("setns")
                .contains("dup3(<stdin>, 0, 0)", "dup3(<stdout>, 1, 0)", "dup3(<stderr>, 2, 0)");
    }

    @Test
    void shouldShareTheNetworkOfTheParent() {
        ContainerConfig nested = config("web.side");
        Set<Joined> parent = EnumSet.copyOf(CONTAINER);
        parent.add(Joined.NET);
        String shown = NestedPlans.nested(plan(nested, root), parent, nested).toString();
        assertThat(shown).contains("setns(<parent>, CLONE_NEWNET)").contains("CLONE_NEWPID");
        assertThat(NestedPlans.nested(plan(nested, root), CONTAINER, nested).toString())
                .doesNotContain("CLONE_NEWNET");
    }

    @Test
    void shouldBecomeTheRootOfAMappedContainer() {
        Set<Joined> mapped = EnumSet.copyOf(CONTAINER);
        mapped.add(Joined.USER);
        assertThat(NestedPlans.exec(plan(config("web.sh"), root), mapped, true, "/")
                        .toString())
                .containsPattern("setns\\(<parent>, CLONE_NEWUSER[\\s\\S]*setresuid\\(0, 0, 0\\)[\\s\\S]*init:");
    }

    @Test
    void shouldEnterTheUserNamespaceFirst() {
        ContainerConfig nested = config("web.side");
        Set<Joined> parent = EnumSet.copyOf(CONTAINER);
        parent.add(Joined.USER);
        String shown =
                NestedPlans.nested(plan(nested, rootless), parent, nested).toString();
        assertThat(shown)
                .contains("setns(<parent>, CLONE_NEWUSER|CLONE_NEWPID)")
                .containsPattern("setns[\\s\\S]*unshare\\(CLONE_NEWNS[^)]*\\)")
                .doesNotContain("uid_map", "|CLONE_NEWUSER|", "\"/proc\", \"proc\"");
    }

    @Test
    void shouldKnowTheKindsByTheirLinks() {
        for (Joined kind : Joined.values()) {
            assertThat(Joined.of(kind.link())).contains(kind);
            assertThat(Path.of("/proc/self/ns/" + kind.link())).exists();
        }
        assertThat(Joined.of("none")).isEmpty();
    }
}
