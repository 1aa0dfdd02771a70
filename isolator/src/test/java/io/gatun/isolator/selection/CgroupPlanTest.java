package io.gatun.isolator.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.Arch;
import io.gatun.isolator.CgroupFeatures;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Cpuset;
import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Host;
import io.gatun.isolator.IoLimit;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NumberSet;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the agent does for {@code cgroups/all} before it clones, and what the child joins. */
class CgroupPlanTest {
    private static final Limits LIMITS = new Limits(
            new Limits.Cpu(1, 1.5),
            new Limits.Memory(0, 64L << 20, 0),
            10,
            List.of(new IoLimit("8:0", 0, 1 << 20, 0, 0)),
            0,
            Optional.of(Cpuset.parse("1", "")),
            Map.of("2MB", 0L),
            List.of());
    private static final CgroupFeatures FEATURES = new CgroupFeatures(
            Set.of(
                    "memory.swap.max",
                    "memory.memsw.limit_in_bytes",
                    "io.max",
                    "io.weight",
                    "blkio.throttle.read_bps_device",
                    "hugetlb.2MB.max",
                    "hugetlb.2MB.limit_in_bytes"),
            NumberSet.parse("", "0-3"),
            NumberSet.parse("", "0"));
    private static final CgroupHost UNIFIED = new CgroupHost(
            "gatun",
            Optional.of(Path.of("/cg")),
            Set.of("cpu", "memory", "pids", "io", "cpuset", "hugetlb", "devices", "perf_event"),
            Map.of(),
            FEATURES);
    private static final CgroupHost LEGACY = new CgroupHost(
            "gatun",
            Optional.empty(),
            Set.of(),
            Map.of(
                    "cpu", Path.of("/cg/cpu"),
                    "memory", Path.of("/cg/memory"),
                    "blkio", Path.of("/cg/blkio"),
                    "cpuset", Path.of("/cg/cpuset"),
                    "devices", Path.of("/cg/devices"),
                    "perf_event", Path.of("/cg/perf_event")),
            FEATURES);

    private static LaunchContext launch(Limits limits, CgroupHost cgroups) {
        ContainerConfig config = new ContainerConfig(
                "a",
                List.of("/bin/true"),
                Map.of(),
                Path.of("/box"),
                Optional.empty(),
                limits,
                Path.of("/box/stdout"),
                Path.of("/box/stderr"));
        Host host = new Host(Arch.X86_64, 0, 0, Set.of(), false, cgroups);
        return new LaunchContext(config, host, Optional.empty(), Path.of("/run/a"));
    }

    private static List<String> agent(String isolation, LaunchContext launch) {
        return Isolators.parse(isolation).plan(launch).agent().stream()
                .map(Row.Agent::toString)
                .filter(step -> !step.startsWith("bpf("))
                .map(step -> step.replace("/gatun/a", ""))
                .toList();
    }

    private static List<Row.Agent> programs(String isolation, LaunchContext launch) {
        return Isolators.parse(isolation).plan(launch).agent().stream()
                .filter(Row.AttachDevices.class::isInstance)
                .toList();
    }

    @Test
    void shouldWriteWhatIsNotNormalInTheUnifiedHierarchy() {
        assertThat(agent("cgroups/all", launch(LIMITS, UNIFIED)))
                .containsExactly(
                        "mkdir(\"/cg\", 0755)",
                        "write(\"/cg/cpu.max\", \"150000 100000\")",
                        "write(\"/cg/memory.oom.group\", \"1\")",
                        "write(\"/cg/memory.max\", \"67108864\")",
                        "write(\"/cg/memory.swap.max\", \"0\")",
                        "write(\"/cg/pids.max\", \"11\")",
                        "write(\"/cg/io.max\", \"8:0 rbps=max wbps=1048576 riops=max wiops=max\")",
                        "write(\"/cg/cpuset.cpus\", \"1\")",
                        "write(\"/cg/hugetlb.2MB.max\", \"0\")");
        assertThat(programs("cgroups/all", launch(LIMITS, UNIFIED)))
                .containsExactly(new Row.AttachDevices(Path.of("/cg/gatun/a"), DeviceRule.USUAL));
    }

    @Test
    void shouldWriteNearlyNothingWithoutLimits() {
        Limits everything = Limits.NONE.withDevices(List.of(DeviceRule.EVERYTHING));
        assertThat(agent("cgroups/all", launch(everything, UNIFIED)))
                .containsExactly("mkdir(\"/cg\", 0755)", "write(\"/cg/memory.oom.group\", \"1\")");
        assertThat(programs("cgroups/all", launch(everything, UNIFIED))).isEmpty();
    }

    @Test
    void shouldUseAndJoinHierarchiesOfTheirOwn() {
        LaunchContext launch = launch(LIMITS, LEGACY);
        assertThat(agent("cgroups/all", launch))
                .contains(
                        "mkdir(\"/cg/devices\", 0755)",
                        "write(\"/cg/cpu/cpu.cfs_quota_us\", \"150000\")",
                        "write(\"/cg/memory/memory.limit_in_bytes\", \"67108864\")",
                        "write(\"/cg/memory/memory.memsw.limit_in_bytes\", \"67108864\")",
                        "write(\"/cg/blkio/blkio.throttle.write_bps_device\", \"8:0 1048576\")",
                        "write(\"/cg/cpuset/cpuset.cpus\", \"1\")",
                        "write(\"/cg/devices/devices.deny\", \"a\")",
                        "write(\"/cg/devices/devices.allow\", \"c 1:3 rwm\")")
                .containsSubsequence(
                        "write(\"/cg/devices/devices.deny\", \"a\")",
                        "write(\"/cg/devices/devices.allow\", \"c *:* m\")");
        assertThat(Isolators.parse("cgroups/all").plan(launch).child().stream()
                        .map(row -> row.record().toString())
                        .filter(call -> call.contains("openat") && call.contains("/cg/")))
                .hasSize(6)
                .anyMatch(call -> call.contains("/cg/perf_event/gatun/a/tasks"));
    }

    @Test
    void shouldHoldAnImageToItsDevicesUnasked() {
        LaunchContext plain = launch(Limits.NONE, UNIFIED);
        assertThat(programs("cgroups/cpu", plain)).as("keeps the host's files").isEmpty();
        ContainerConfig image = plain.config().with(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/image"))));
        LaunchContext launch = new LaunchContext(image, plain.host(), Optional.empty(), plain.runtime());
        assertThat(programs("cgroups/cpu", launch)).hasSize(1);
        assertThat(programs("cgroups/all", launch)).hasSize(1);
        assertThat(programs("cgroups/all", plain)).hasSize(1);
    }

    @Test
    void shouldLeaveOutWhatIsNotSelected() {
        assertThat(agent("cgroups/pids", launch(LIMITS, UNIFIED)))
                .containsExactly("mkdir(\"/cg\", 0755)", "write(\"/cg/pids.max\", \"11\")");
    }

    @Test
    void shouldRefuseWhatTheHostDoesNotHave() {
        Limits strange = LIMITS.with(Cpuset.parse("9", ""));
        assertThat(Isolators.parse("cgroups/cpuset").problems(launch(strange, UNIFIED)))
                .containsExactly("limits.cpuset.cpus=9: must be among this host's, 0-3");
    }
}
