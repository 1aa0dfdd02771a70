package io.gatun.ffm.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Counters of a cgroup of the test's own; software events, which every machine has. */
@Tag("cluster")
class PerfClusterTest {
    private Path cgroup;

    @BeforeEach
    void makeCgroup() throws IOException {
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
        Optional<Path> hierarchy = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> Path.of(line.split(" ", -1)[4]))
                .findFirst();
        assumeTrue(hierarchy.isPresent(), "no cgroup v2 is mounted");
        assumeTrue(
                Files.readString(Path.of("/proc/cgroups")).contains("perf_event\t0"),
                "the perf_event controller is not in the v2 hierarchy");
        cgroup = Files.createDirectory(
                hierarchy.get().resolve("gatun-perf-" + ProcessHandle.current().pid()));
    }

    @AfterEach
    void removeCgroup() throws IOException {
        if (cgroup != null) {
            Files.delete(cgroup);
        }
    }

    /** Counts while a script runs, in the cgroup or beside it. */
    private double count(String event, boolean inside, String script) throws IOException, InterruptedException {
        PerfEvent counted = PerfEvent.named(event).orElseThrow();
        List<PerfCounter> counters = new ArrayList<>();
        try (OwnedFd directory = Fd.open(cgroup, Fd.O_RDONLY | Fd.oDirectory(Arch.current()), 0)) {
            for (int cpu = 0; cpu < Runtime.getRuntime().availableProcessors(); cpu++) {
                counters.add(PerfCounter.open(counted, directory.fd(), cpu));
            }
            String[] command = {"sh", "-c", (inside ? "echo 0 > " + cgroup + "/cgroup.procs; " : "") + script};
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                    .isZero();
            return counters.stream().mapToDouble(PerfCounter::value).sum();
        } finally {
            counters.forEach(PerfCounter::close);
        }
    }

    @Test
    void shouldCountTheCgroupAlone() throws IOException, InterruptedException {
        String work = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; /bin/true; /bin/true";
        for (String event : List.of("page-faults", "context-switches", "task-clock")) {
            assertThat(count(event, false, work)).as(event + " beside it").isZero();
        }
        assertThat(count("page-faults", true, work)).isPositive();
        assertThat(count("context-switches", true, "for i in 1 2 3 4 5; do sleep 0.01; done"))
                .as("each sleep is at least one")
                .isGreaterThanOrEqualTo(5);
        double busyNs = count("task-clock", true, work);
        assertThat(busyNs).as("nanoseconds").isBetween(1e6, 60e9).isGreaterThan(count("task-clock", true, "true"));
    }

    @Test
    void shouldNameWhatCannotBeCounted() {
        PerfEvent unknown = new PerfEvent("nothing", 1, 9_999);
        try (OwnedFd directory = Fd.open(cgroup, Fd.O_RDONLY | Fd.oDirectory(Arch.current()), 0)) {
            assertThatThrownBy(() -> PerfCounter.open(unknown, directory.fd(), 0))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageStartingWith("perf_event_open nothing on processor 0: E");
        }
    }
}
