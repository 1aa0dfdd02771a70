package io.gatun.isolator.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.Arch;
import io.gatun.ffm.process.Operand;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.Identity;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
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

/** Plans as text: what is launched, without launching it. The texts lie beside this test. */
class StandardPlanTest {
    private static final Set<Namespace> ROOTS =
            EnumSet.of(Namespace.PID, Namespace.MOUNT, Namespace.IPC, Namespace.UTS, Namespace.CGROUP);

    private static final CgroupHost UNIFIED = new CgroupHost(
            "gatun", Optional.of(Path.of("/sys/fs/cgroup")), Set.of("cpu", "memory", "pids"), Map.of(), true);

    private static final CgroupHost HYBRID = new CgroupHost(
            "gatun",
            Optional.of(Path.of("/sys/fs/cgroup/unified")),
            Set.of(),
            Map.of(
                    "cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                    "cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                    "memory", Path.of("/sys/fs/cgroup/memory"),
                    "pids", Path.of("/sys/fs/cgroup/pids"),
                    "freezer", Path.of("/sys/fs/cgroup/freezer")),
            true);

    private static ContainerConfig config(List<String> argv, Optional<String> user, Limits limits) {
        return new ContainerConfig(
                "web-1",
                argv,
                Map.of("PATH", "/usr/local/bin:/bin"),
                Path.of("/run/sandbox"),
                user,
                limits,
                Path.of("/run/sandbox/stdout"),
                Path.of("/run/sandbox/stderr"));
    }

    private static LaunchPlan plan(ContainerConfig config, Host host, Optional<Identity> identity) {
        return Isolators.standard().plan(new LaunchContext(config, host, identity, Path.of("/run/gatun/web-1")));
    }

    private static String expected(String name) throws IOException {
        try (InputStream in = StandardPlanTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldUseTheUnifiedHierarchy() throws IOException {
        ContainerConfig web = config(List.of("httpd", "-f"), Optional.of("www"), new Limits(1.5, 256L << 20, 100));
        Host host = new Host(Arch.X86_64, 0, 0, ROOTS, true, UNIFIED);
        LaunchPlan plan = plan(web, host, Optional.of(new Identity(33, 33, List.of(33, 100))));
        assertThat(plan).hasToString(expected("unified.plan"));
    }

    @Test
    void shouldUseHybridHierarchies() throws IOException {
        ContainerConfig shell =
                config(List.of("/bin/sh", "-c", "echo \"hi\""), Optional.empty(), new Limits(0.25, 32L << 20, 10));
        Host host = new Host(Arch.X86_64, 0, 0, ROOTS, true, HYBRID);
        assertThat(plan(shell, host, Optional.empty())).hasToString(expected("hybrid.plan"));
    }

    @Test
    void shouldUseAUserNamespaceWithoutPrivileges() throws IOException {
        Set<Namespace> namespaces = EnumSet.copyOf(ROOTS);
        namespaces.add(Namespace.USER);
        Host host = new Host(Arch.AARCH64, 1000, 100, namespaces, true, CgroupHost.NONE);
        ContainerConfig sleep = config(List.of("/bin/sleep", "1"), Optional.empty(), Limits.NONE);
        assertThat(plan(sleep, host, Optional.of(new Identity(1000, 100, List.of(100)))))
                .hasToString(expected("unprivileged.plan"));
    }

    @Test
    void shouldBeAPlainProcessWhereNothingIsAllowed() throws IOException {
        Host host = new Host(Arch.X86_64, 1000, 100, Set.of(), false, CgroupHost.NONE);
        ContainerConfig sleep = config(List.of("/bin/sleep", "1"), Optional.empty(), Limits.NONE);
        LaunchPlan plan = plan(sleep, host, Optional.empty());
        assertThat(plan).hasToString(expected("plain.plan"));
        assertThat(plan.namespaceFlags()).isZero();
    }

    @Test
    void shouldBindEveryDescriptorThatTheLauncherKnows() {
        Host host = new Host(Arch.X86_64, 0, 0, ROOTS, true, UNIFIED);
        LaunchPlan plan = plan(config(List.of("/bin/true"), Optional.empty(), Limits.NONE), host, Optional.empty());
        assertThat(plan.child().stream()
                        .flatMap(row -> row.record().operands().stream())
                        .filter(Operand.Bound.class::isInstance)
                        .map(Operand::shown))
                .containsOnly("<init>", "<table>", "<checkpoint>", "<ready>", "<child_tid>");
        assertThat(plan.task().stream()
                        .flatMap(row -> row.record().operands().stream())
                        .filter(Operand.Bound.class::isInstance))
                .as("the init binds nothing")
                .isEmpty();
    }
}
