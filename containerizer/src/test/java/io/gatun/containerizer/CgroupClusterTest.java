package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.containerizer.cgroup.PerfSample;
import io.gatun.ffm.process.Credentials;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Cpuset;
import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.IoLimit;
import io.gatun.isolator.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * On a host with hierarchies of both kinds, in cgroups of the test's own: what the VM's kernel does not have, which is
 * cpuset, hugetlb, device programs and perf_event, and the v1 forms of the rest.
 */
@Tag("cluster")
class CgroupClusterTest extends CgroupContract {
    private static final Path HUGE_PAGES = Path.of("/proc/sys/vm/nr_hugepages");

    @BeforeAll
    static void requireHybridHierarchies() throws IOException {
        CgroupHost host = CgroupHost.parse("gatun", Rig.text(Path.of("/proc/self/mountinfo")));
        assumeTrue(
                host.legacy().keySet().containsAll(Set.of("cpu", "memory", "pids", "blkio", "cpuset", "devices")),
                "this host has no cgroup v1 hierarchies with cpu, memory, pids, blkio, cpuset and devices");
        assumeTrue(host.unified().isPresent(), "this host has no cgroup v2 hierarchy beside them");
        assumeTrue(
                Files.readString(host.unified().get().resolve("cgroup.controllers"))
                        .contains("hugetlb"),
                "the controller hugetlb is not in the v2 hierarchy");
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
    }

    @Override
    String isolators() {
        return "cgroups/all";
    }

    @Override
    String file(String unified, String legacy) {
        return legacy;
    }

    @Test
    void shouldKeepAContainerOnItsProcessors() {
        String script = "while :; do grep Cpus_allowed_list /proc/self/status; sleep 0.05; done";
        rig.launch(rig.shell("cpuset", MODEST.with(Cpuset.parse("1", "0")), script));
        awaitOutput("cpuset", "Cpus_allowed_list:\t1\n");
        assertThat(rig.stdout("cpuset")).doesNotContain("0-1");
        rig.containerizer.update("cpuset", MODEST.with(Cpuset.parse("0", "")));
        awaitOutput("cpuset", "Cpus_allowed_list:\t0\n");
        rig.containerizer.update("cpuset", MODEST);
        awaitOutput("cpuset", "Cpus_allowed_list:\t0-1\n");
        assertThatThrownBy(() -> rig.containerizer.update("cpuset", MODEST.with(Cpuset.parse("64", ""))))
                .hasMessage("container cpuset: limits.cpuset.cpus=64: must be among this host's, 0-1");
    }

    @Test
    void shouldRefuseDevicesThatAreNotAllowed() {
        rig.run(rig.shell(
                "devices",
                MODEST,
                "echo x > /dev/null && head -c 4 /dev/urandom | wc -c; head -c 1 /dev/kmsg; mknod disk b 7 0 && echo made;"
                        + " head -c 1 disk; : > /dev/loop-control"));
        assertThat(rig.stdout("devices")).isEqualTo("4\nmade\n");
        assertThat(rig.stderr("devices").lines())
                .hasSize(3)
                .allMatch(line -> line.contains("Operation not permitted"))
                .anyMatch(line -> line.contains("/dev/kmsg"));
    }

    @Test
    void shouldAllowMoreDevicesWhileItRuns() {
        Limits kmsg = MODEST.withDevices(List.of(DeviceRule.parse("c 1:11 r")));
        String script = "while :; do dd if=/dev/kmsg of=/dev/null bs=8k count=1 2>&1 | tail -1; sleep 0.05; done";
        rig.launch(rig.shell("more", MODEST, script));
        awaitOutput("more", "Operation not permitted");
        rig.containerizer.update("more", kmsg);
        awaitOutput("more", "copied");
        rig.restart(Set.of("more"));
        rig.containerizer.update("more", MODEST);
        long allowed = rig.stdout("more").lines().count();
        Rig.await(
                "refused again",
                () -> rig.stdout("more").lines().skip(allowed).anyMatch(line -> line.contains("not permitted")));
    }

    @Test
    void shouldLimitHugePages() throws IOException {
        String before = Rig.text(HUGE_PAGES).strip();
        try {
            assumeTrue(reserveHugePages(), "no two huge pages are free");
            String map =
                    "$r = syscall(9, 0, $_ << 20, 3, 0x40022, -1, 0); print $r == -1 ? qq($_: $!\\n) : qq($_: ok\\n)";
            rig.run(rig.config(
                    "huge",
                    MODEST.withHugetlbBytes(Map.of("2MB", 2L << 20)),
                    "perl",
                    "-e",
                    "for (2, 4) { " + map + " }"));
            assertThat(rig.stdout("huge")).isEqualTo("2: ok\n4: Cannot allocate memory\n");
        } finally {
            Files.writeString(HUGE_PAGES, before);
        }
        assertThatThrownBy(() -> rig.launch(rig.config("none", MODEST.withHugetlbBytes(Map.of("64KB", 0L)), "true")))
                .hasMessageContaining("limits.hugetlbBytes=64KB: must be a page size of this host");
    }

    /** Memory may be in small pieces, which the kernel moves together when it is told to. */
    private static boolean reserveHugePages() throws IOException {
        for (int tries = 0; tries < 60; tries++) {
            Files.writeString(HUGE_PAGES, "2");
            if (Rig.text(HUGE_PAGES).strip().equals("2")) {
                return true;
            }
            Files.writeString(Path.of("/proc/sys/vm/compact_memory"), "1");
        }
        return false;
    }

    @Test
    void shouldThrottleADisk() throws IOException {
        long device = (long) Files.getAttribute(directory, "unix:dev");
        // makedev(3) of glibc, for numbers below 4096 and 256: what disks have.
        String number = ((device >> 8) & 0xfff) + ":" + (device & 0xff);
        assumeTrue(
                Files.exists(Path.of("/sys/dev/block", number))
                        && !Files.exists(Path.of("/sys/dev/block", number, "partition")),
                "the directory for temporary files is not on a whole disk");
        Limits limits = MODEST.withIo(List.of(new IoLimit(number, 0, 512 << 10, 0, 0)), 0);
        long begin = System.nanoTime();
        rig.launch(rig.shell(
                "io", limits, "dd if=/dev/zero of=file bs=64k count=16 oflag=direct && echo done; sleep 600"));
        awaitOutput("io", "done");
        assertThat((System.nanoTime() - begin) / 1e9).as("1 MiB at 512 KiB/s").isGreaterThan(1);
        assertThat(read("io", "blkio.throttle.write_bps_device")).isEqualTo(number + " 524288");
        assertThat(rig.containerizer.usage("io").blockIo())
                .anyMatch(io -> io.device().equals(number) && io.writtenBytes() >= 1 << 20 && io.writes() >= 16);
        rig.containerizer.update("io", MODEST);
        assertThat(read("io", "blkio.throttle.write_bps_device")).isEmpty();
    }

    @Test
    void shouldSampleEvents() {
        rig.launch(rig.shell("perf", MODEST, "while :; do sleep 0.01; done"));
        // On a busy machine it may get no processor during a whole sample; then another one sees it.
        AtomicReference<PerfSample> seen = new AtomicReference<>();
        Rig.await("a sample of it at work", () -> {
            rig.containerizer.usage("perf").perf().ifPresent(seen::set);
            return Optional.ofNullable(seen.get())
                    .filter(sample -> sample.counts().get("context-switches") > 3
                            && sample.counts().get("page-faults") > 3)
                    .isPresent();
        });
        assertThat(seen.get().durationSecs()).isBetween(0.2, 240.0);
        assertThat(seen.get().counts()).containsOnlyKeys("page-faults", "context-switches", "cpu-clock");
    }

    @Test
    void shouldUseListsOfDevicesWithoutPrograms() throws IOException, InterruptedException {
        LegacyDevices.verify(directory, rig.root + "-v1");
    }
}
