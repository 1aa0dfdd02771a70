package io.gatun.isolator.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.isolator.CgroupFeatures;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Cpuset;
import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.IoLimit;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NumberSet;
import io.gatun.isolator.Row;
import io.gatun.isolator.security.Device;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Limits of running containers that change, as the writes that do it; limits that a host does not know. */
class ControllersTest {
    private static final Set<String> ALL = new HashSet<>(Controllers.names());
    private static final NumberSet FOUR = NumberSet.parse("", "0-3");
    private static final NumberSet ONE = NumberSet.parse("", "0");
    private static final Limits EVERYTHING = new Limits(
            new Limits.Cpu(0.5, 2),
            new Limits.Memory(48L << 20, 64L << 20, 16L << 20),
            100,
            List.of(new IoLimit("8:0", 1 << 20, 0, 100, 0), new IoLimit("8:16", 0, 1 << 20, 0, 0)),
            200,
            Optional.of(Cpuset.parse("1-2", "0")),
            Map.of("2MB", 4L << 20),
            List.of(DeviceRule.NET_TUN));

    private static final CgroupHost UNIFIED = new CgroupHost(
            "gatun",
            Optional.of(Path.of("/cg")),
            Set.of("cpu", "memory", "pids", "io", "cpuset", "hugetlb", "devices", "perf_event"),
            Map.of(),
            new CgroupFeatures(
                    Set.of("memory.swap.max", "io.max", "io.weight", "hugetlb.2MB.max", "hugetlb.2MB.rsvd.max"),
                    FOUR,
                    ONE));

    private static CgroupHost legacy() {
        Map<String, Path> mounts = new HashMap<>();
        for (String controller :
                List.of("cpu", "cpuacct", "memory", "pids", "blkio", "cpuset", "hugetlb", "devices", "perf_event")) {
            mounts.put(controller, Path.of("/cg", controller));
        }
        return new CgroupHost(
                "gatun",
                Optional.empty(),
                Set.of(),
                mounts,
                new CgroupFeatures(
                        Set.of(
                                "memory.memsw.limit_in_bytes",
                                "blkio.throttle.read_bps_device",
                                "blkio.bfq.weight",
                                "hugetlb.2MB.limit_in_bytes"),
                        FOUR,
                        ONE));
    }

    private static List<String> changes(Limits from, Limits to, CgroupHost host) {
        List<Row.Agent> steps = new java.util.ArrayList<>(Controllers.changes("a", from, to, host, ALL));
        steps.addAll(DevicesIsolator.changes("a", from, to, host));
        return steps.stream()
                .map(step -> step.toString()
                        .replaceAll("/cg/([a-z_]+/)?gatun/a/", "")
                        .replace("\n", "\\n"))
                .toList();
    }

    @Test
    void shouldSetEverythingInTheUnifiedHierarchy() {
        assertThat(changes(Limits.NONE, EVERYTHING, UNIFIED))
                .containsExactly(
                        "write(\"cpu.weight\", \"50\")",
                        "write(\"cpu.max\", \"200000 100000\")",
                        "write(\"memory.max\", \"67108864\")",
                        "write(\"memory.low\", \"50331648\")",
                        "write(\"memory.swap.max\", \"16777216\")",
                        "write(\"pids.max\", \"101\")",
                        "write(\"io.max\", \"8:0 rbps=1048576 wbps=max riops=100 wiops=max\")",
                        "write(\"io.max\", \"8:16 rbps=max wbps=1048576 riops=max wiops=max\")",
                        "write(\"io.weight\", \"200\")",
                        "write(\"cpuset.cpus\", \"1-2\")",
                        "write(\"cpuset.mems\", \"0\")",
                        "write(\"hugetlb.2MB.max\", \"4194304\")",
                        "write(\"hugetlb.2MB.rsvd.max\", \"4194304\")",
                        "bpf(BPF_PROG_ATTACH, {target=\"/cg/gatun/a\", program=[c *:* m, b *:* m, c 1:3 rwm, c 1:5 rwm,"
                                + " c 1:7 rwm, c 1:8 rwm, c 1:9 rwm, c 5:0 rwm, c 5:1 rwm, c 5:2 rwm, c 136:* rwm,"
                                + " c 10:200 rwm], attach_type=BPF_CGROUP_DEVICE, attach_flags=BPF_F_ALLOW_MULTI})");
    }

    @Test
    void shouldLiftEverythingInTheUnifiedHierarchy() {
        assertThat(changes(EVERYTHING, Limits.NONE, UNIFIED))
                .contains(
                        "write(\"cpu.weight\", \"100\")",
                        "write(\"cpu.max\", \"max 100000\")",
                        "write(\"memory.max\", \"max\")",
                        "write(\"memory.low\", \"0\")",
                        "write(\"memory.swap.max\", \"max\")",
                        "write(\"pids.max\", \"max\")",
                        "write(\"io.max\", \"8:0 rbps=max wbps=max riops=max wiops=max\")",
                        "write(\"io.max\", \"8:16 rbps=max wbps=max riops=max wiops=max\")",
                        "write(\"io.weight\", \"100\")",
                        "write(\"cpuset.cpus\", \"\\n\")",
                        "write(\"hugetlb.2MB.max\", \"max\")");
    }

    @Test
    void shouldSetEverythingInHierarchiesOfTheirOwn() {
        assertThat(changes(Limits.NONE, EVERYTHING, legacy()))
                .containsExactly(
                        "write(\"cpu.shares\", \"512\")",
                        "write(\"cpu.cfs_quota_us\", \"200000\")",
                        "write(\"memory.limit_in_bytes\", \"67108864\")",
                        "write(\"memory.memsw.limit_in_bytes\", \"83886080\")",
                        "write(\"memory.soft_limit_in_bytes\", \"50331648\")",
                        "write(\"pids.max\", \"101\")",
                        "write(\"blkio.throttle.read_bps_device\", \"8:0 1048576\")",
                        "write(\"blkio.throttle.read_iops_device\", \"8:0 100\")",
                        "write(\"blkio.throttle.write_bps_device\", \"8:16 1048576\")",
                        "write(\"blkio.bfq.weight\", \"200\")",
                        "write(\"cpuset.cpus\", \"1-2\")",
                        "write(\"hugetlb.2MB.limit_in_bytes\", \"4194304\")",
                        "write(\"devices.allow\", \"c 10:200 rwm\")");
        assertThat(changes(EVERYTHING, Limits.NONE, legacy()))
                .contains(
                        "write(\"blkio.throttle.read_bps_device\", \"8:0 0\")",
                        "write(\"cpuset.cpus\", \"0-3\")",
                        "write(\"devices.deny\", \"c 10:200 rwm\")");
    }

    @Test
    void shouldKeepTheSumAtOrAboveTheMemoryInV1() {
        Limits small = new Limits(0, 64L << 20, 0);
        Limits large = new Limits(0, 128L << 20, 0);
        assertThat(changes(small, large, legacy()))
                .as("raised: the sum first")
                .containsExactly(
                        "write(\"memory.memsw.limit_in_bytes\", \"134217728\")",
                        "write(\"memory.limit_in_bytes\", \"134217728\")");
        assertThat(changes(large, small, legacy()))
                .as("lowered: the sum last")
                .containsExactly(
                        "write(\"memory.limit_in_bytes\", \"67108864\")",
                        "write(\"memory.memsw.limit_in_bytes\", \"67108864\")");
        assertThat(changes(small, Limits.NONE, legacy()))
                .as("lifted: the sum first")
                .containsExactly(
                        "write(\"memory.memsw.limit_in_bytes\", \"-1\")", "write(\"memory.limit_in_bytes\", \"-1\")");
        Limits swapping = small.with(new Limits.Memory(0, 64L << 20, Limits.Memory.UNLIMITED));
        assertThat(changes(small, swapping, legacy()))
                .containsExactly("write(\"memory.memsw.limit_in_bytes\", \"-1\")");
    }

    @Test
    void shouldWriteAtFirstWhatANewCgroupDoesNotSay() {
        assertThat(Controllers.first("a", Limits.NONE.with(new Limits.Memory(0, 32L << 20, 0)), UNIFIED, ALL))
                .extracting(Object::toString)
                .contains(
                        "write(\"/cg/gatun/a/memory.oom.group\", \"1\")",
                        "write(\"/cg/gatun/a/memory.max\", \"33554432\")");
    }

    @Test
    void shouldAllowWhatStandsInTheContainersOwnDev() {
        Device fuse = new Device("/dev/fuse", false, 10, 229, "rw", 0666, 0, 0);
        assertThat(DevicesIsolator.withNodes(EVERYTHING, List.of(fuse)).devices())
                .containsExactly(DeviceRule.NET_TUN, DeviceRule.parse("c 10:229 rw"));
    }

    @Test
    void shouldWriteNothingWhereNothingChanges() {
        assertThat(changes(EVERYTHING, EVERYTHING, UNIFIED)).isEmpty();
        assertThat(changes(EVERYTHING, EVERYTHING, legacy())).isEmpty();
    }

    @Test
    void shouldRestrictOrFreeDevicesAsAWhole() {
        Limits free = Limits.NONE.withDevices(List.of(DeviceRule.EVERYTHING));
        assertThat(changes(Limits.NONE, free, legacy())).containsExactly("write(\"devices.allow\", \"a *:* rwm\")");
        assertThat(changes(free, Limits.NONE, legacy()))
                .startsWith("write(\"devices.deny\", \"a\")", "write(\"devices.allow\", \"c *:* m\")")
                .hasSize(12);
    }

    @Test
    void shouldTellWhatThisHostDoesNotKnow() {
        Limits strange = EVERYTHING.with(Cpuset.parse("2-5", "1")).withHugetlbBytes(Map.of("1GB", 1L << 30));
        assertThat(Controllers.problems(strange, UNIFIED, ALL))
                .containsExactly(
                        "limits.cpuset.cpus=2-5: must be among this host's, 0-3",
                        "limits.cpuset.mems=1: must be among this host's, 0",
                        "limits.hugetlbBytes=1GB: must be a page size of this host");
        assertThat(Controllers.problems(EVERYTHING, UNIFIED, ALL)).isEmpty();
    }

    @Test
    void shouldTellWhatCannotBeEnforced() {
        assertThat(Controllers.unenforced(EVERYTHING, CgroupHost.NONE, ALL))
                .containsExactly(
                        "limits.cpus cannot be enforced: cgroup controller 'cpu' is not usable",
                        "limits.memoryBytes cannot be enforced: cgroup controller 'memory' is not usable",
                        "limits.memory.softBytes cannot be enforced: cgroup controller 'memory' is not usable",
                        "limits.pids cannot be enforced: cgroup controller 'pids' is not usable",
                        "limits.io cannot be enforced: cgroup controller 'io' is not usable",
                        "limits.ioWeight cannot be enforced: cgroup controller 'io' is not usable",
                        "limits.cpuset cannot be enforced: cgroup controller 'cpuset' is not usable",
                        "limits.hugetlbBytes cannot be enforced: cgroup controller 'hugetlb' is not usable",
                        "limits.devices cannot be enforced: neither device programs (bpf) nor cgroup controller"
                                + " 'devices' are usable");
        assertThat(Controllers.unenforced(EVERYTHING, UNIFIED, ALL)).isEmpty();
        assertThat(Controllers.unenforced(EVERYTHING, legacy(), ALL)).isEmpty();
        assertThat(Controllers.unenforced(new Limits(1, 0, 7), UNIFIED, Set.of("cgroups/cpu")))
                .containsExactly("limits.pids cannot be enforced: isolation lacks cgroups/pids");
        assertThat(Controllers.unenforced(Limits.NONE, CgroupHost.NONE, Set.of()))
                .isEmpty();
    }

    @Test
    void shouldTellWhatTheKernelLacksOfAController() {
        CgroupHost poor = UNIFIED.with(CgroupFeatures.NONE);
        assertThat(Controllers.unenforced(EVERYTHING, poor, ALL))
                .containsExactly(
                        "limits.memory.swapBytes cannot be enforced: the kernel does not account for swap",
                        "limits.io cannot be enforced: the kernel has no block device throttling",
                        "limits.ioWeight cannot be enforced: the kernel has neither io.weight nor the BFQ scheduler");
    }
}
