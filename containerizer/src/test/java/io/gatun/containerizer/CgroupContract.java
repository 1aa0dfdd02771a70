package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.Limits;
import io.gatun.isolator.selection.Isolators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits as their containers feel them, and changes of them while containers run, whatever the cgroup version. */
@Timeout(900)
abstract class CgroupContract {
    static final Limits MODEST = new Limits(1, 64L << 20, 50);
    private static final String HOLD_48_MIB =
            "$| = 1; open F, '/dev/zero'; sysread F, $x, 48 << 20; print qq(up\\n); sleep 600";

    @TempDir
    Path directory;

    Rig rig;

    /** What is selected besides the standard isolators. */
    abstract String isolators();

    /** The name of a control file here, of its name in v2 and in v1. */
    abstract String file(String unified, String legacy);

    @BeforeEach
    void open() {
        PerfConfig perf = PerfConfig.parse(
                "page-faults,context-switches,cpu-clock", Duration.ofMillis(400), Duration.ofMillis(200));
        rig = new Rig(
                directory,
                config -> config.with(Isolators.parse(
                                "cgroups/cpu,cgroups/mem,cgroups/pids,namespaces/pid,namespaces/ipc,filesystem/linux,"
                                        + isolators()))
                        .with(perf));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** What a control file of a container says. */
    String read(String id, String file) {
        return Rig.find(4, path -> path.endsWith(Path.of(rig.root, id))).stream()
                .map(cgroup -> cgroup.resolve(file))
                .filter(Files::exists)
                .map(Rig::text)
                .findFirst()
                .orElseThrow()
                .strip();
    }

    void awaitOutput(String id, String text) {
        Rig.await(text, () -> rig.stdout(id).contains(text));
    }

    @Test
    void shouldHaveNothingOff() {
        assertThat(rig.containerizer.degradations()).isEmpty();
    }

    @Test
    void shouldTakeRequestAndLimitApart() {
        Limits limits = new Limits(0, 0, 0)
                .with(new Limits.Cpu(0.5, 0.25 * 2))
                .with(new Limits.Memory(40L << 20, 64L << 20, 8L << 20));
        rig.launch(rig.config("apart", limits, "sleep", "600"));
        assertThat(read("apart", file("cpu.weight", "cpu.shares"))).isEqualTo(file("50", "512"));
        assertThat(read("apart", file("cpu.max", "cpu.cfs_quota_us"))).isEqualTo(file("50000 100000", "50000"));
        assertThat(read("apart", file("memory.low", "memory.soft_limit_in_bytes")))
                .isEqualTo("41943040");
        assertThat(read("apart", file("memory.max", "memory.limit_in_bytes"))).isEqualTo("67108864");
        Usage usage = rig.containerizer.usage("apart");
        assertThat(usage.cpusSoftLimit()).isEqualTo(0.5);
        assertThat(usage.memory().softLimitBytes()).isEqualTo(40L << 20);
        assertThat(usage.memory().peakBytes()).isGreaterThanOrEqualTo(usage.memTotalBytes() / 2);
    }

    @Test
    void shouldTellTheKernelsNumbersOfAnOomKill() {
        Termination end = rig.run(rig.config("hog", new Limits(0, 40L << 20, 0), "tail", "/dev/zero"));
        assertThat(end.limitation()).as(end.message()).contains(Limitation.MEMORY);
        assertThat(end.message())
                .contains("was killed at usage ", " kB, limit 40960 kB, failcnt ")
                .containsPattern("tail was killed at .*: (anon|rss) 3\\d\\.\\d MiB");
    }

    @Test
    void shouldRaiseAndLowerLimitsOfARunningContainer() {
        rig.launch(rig.shell("grow", new Limits(0.1, 32L << 20, 5), "while :; do sleep 0.05 & wait; done"));
        rig.containerizer.update("grow", new Limits(0.5, 128L << 20, 20));
        assertThat(read("grow", file("memory.max", "memory.limit_in_bytes"))).isEqualTo("134217728");
        assertThat(read("grow", file("cpu.max", "cpu.cfs_quota_us"))).isEqualTo(file("50000 100000", "50000"));
        assertThat(read("grow", "pids.max")).isEqualTo("21");
        assertThat(rig.containerizer.usage("grow").memLimitBytes()).isEqualTo(128L << 20);
        rig.restart(Set.of("grow"));
        assertThat(rig.containerizer.usage("grow").memLimitBytes())
                .as("remembered by the next agent")
                .isEqualTo(128L << 20);
        rig.containerizer.update("grow", new Limits(0.2, 64L << 20, 0));
        assertThat(read("grow", file("memory.max", "memory.limit_in_bytes"))).isEqualTo("67108864");
        assertThat(read("grow", "pids.max")).isEqualTo("max");
        rig.containerizer.update("grow", Limits.NONE);
        assertThat(read("grow", file("cpu.max", "cpu.cfs_quota_us"))).isEqualTo(file("max 100000", "-1"));
        rig.containerizer.destroy("grow").join();
        assertThatThrownBy(() -> rig.containerizer.update("grow", MODEST)).hasMessage("container grow: has ended");
    }

    @Test
    void shouldDoAsTheKernelDoesWhenLessIsAllowedThanIsUsed() {
        rig.launch(rig.config("shrink", MODEST, "perl", "-e", HOLD_48_MIB));
        awaitOutput("shrink", "up");
        String before = read("shrink", file("memory.max", "memory.limit_in_bytes"));
        try {
            rig.containerizer.update("shrink", new Limits(0.5, 32L << 20, 50));
            Termination end = rig.end("shrink");
            assertThat(end.limitation()).as(end.message()).contains(Limitation.MEMORY);
            assertThat(file("v2", "v1")).as("who kills").isEqualTo("v2");
        } catch (CgroupFiles.CgroupException e) {
            assertThat(e)
                    .hasMessageStartingWith("write \"33554432\" to ")
                    .hasMessageEndingWith("memory.limit_in_bytes: Device or resource busy");
            assertThat(read("shrink", "memory.limit_in_bytes")).isEqualTo(before);
            assertThat(read("shrink", "cpu.cfs_quota_us")).as("taken back").isEqualTo("100000");
            assertThat(rig.containerizer.usage("shrink").memLimitBytes()).isEqualTo(64L << 20);
        }
    }

    @Test
    void shouldRefuseADiskThatIsNone() {
        Limits nowhere = MODEST.withIo(java.util.List.of(new io.gatun.isolator.IoLimit("4095:0", 1, 0, 0, 0)), 0);
        assertThatThrownBy(() -> rig.launch(rig.config("io", nowhere, "true")))
                .isInstanceOf(LaunchException.class)
                .hasMessage("container io: limits.io=4095:0: must be a block device of this host, see /sys/dev/block");
        assertThat(rig.cgroups()).as("refused before anything is made").isEmpty();
    }

    @Test
    void shouldTellPressure() {
        rig.launch(rig.shell("press", new Limits(0.1, 0, 0), "while :; do :; done"));
        Usage usage = rig.containerizer.usage("press");
        Optional<?> some = usage.pressure().cpu();
        assertThat(some.isPresent()).isEqualTo(psi());
        if (psi()) {
            Rig.await(
                    "it waits for a processor",
                    () -> rig.containerizer
                                    .usage("press")
                                    .pressure()
                                    .cpu()
                                    .orElseThrow()
                                    .some()
                                    .totalUs()
                            > 0);
        }
    }

    private static boolean psi() {
        try {
            return !Files.readString(Path.of("/proc/pressure/cpu")).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }
}
