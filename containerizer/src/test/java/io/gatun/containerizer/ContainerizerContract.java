package io.gatun.containerizer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import java.io.IOException;
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

/** What a container is and how it ends, as root on a real kernel, whatever the cgroup version. */
@Timeout(900)
abstract class ContainerizerContract {
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;
    private static final Limits MODEST = new Limits(1, 64L << 20, 50);

    @TempDir
    Path directory;

    Rig rig;

    @BeforeEach
    void open() {
        rig = new Rig(directory);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void shouldHaveNothingOff() {
        assertThat(rig.containerizer.degradations()).isEmpty();
    }

    @Test
    void shouldShowTheContainerFromInside() throws IOException {
        Termination end = rig.run(rig.shell(
                "inside",
                MODEST,
                "cat /proc/1/comm; hostname; pwd; echo $GREETING; ls -d /proc/[0-9]* | wc -l; for n in pid mnt ipc uts"
                        + " cgroup; do readlink /proc/self/ns/$n; done; cat /proc/self/cgroup; umask; grep NoNewPrivs"
                        + " /proc/self/status; echo oops >&2"));
        assertThat(end).isEqualTo(new Termination("inside", 0, Optional.empty(), "exited with status 0"));
        List<String> lines = rig.stdout("inside").lines().toList();
        assertThat(lines.subList(0, 4))
                .containsExactly("gatun-init", "inside", directory + "/sandbox-inside", "hello world");
        assertThat(Integer.parseInt(lines.get(4))).as("processes in /proc").isBetween(3, 6);
        for (int i = 0; i < 5; i++) {
            String kind = List.of("pid", "mnt", "ipc", "uts", "cgroup").get(i);
            assertThat(lines.get(5 + i))
                    .startsWith(kind + ":[")
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind))
                            .toString());
        }
        assertThat(lines)
                .filteredOn(line -> line.matches("\\d+:(|cpu|memory|pids|cpuacct):.*"))
                .as("the root of the cgroup namespace is the container's cgroup")
                .isNotEmpty()
                .allMatch(line -> line.endsWith(":/"));
        assertThat(lines).contains("0022").endsWith("NoNewPrivs:\t1");
        assertThat(rig.stderr("inside")).isEqualTo("oops\n");
    }

    @Test
    void shouldRunAsAnotherUser() throws IOException {
        ContainerConfig config = rig.config("user", MODEST, Optional.of("nobody"), "/bin/sh", "-c", "id; : > mine");
        assertThat(rig.run(config).waitStatus()).as(() -> rig.stderr("user")).isZero();
        assertThat(rig.stdout("user")).startsWith("uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)");
        assertThat(Files.getOwner(config.stdout()).getName()).isEqualTo("nobody");
        assertThat(Files.getOwner(config.sandbox().resolve("mine")).getName()).isEqualTo("nobody");
    }

    @Test
    void shouldReportHowTheTaskEnded() {
        assertThat(rig.run(rig.shell("three", MODEST, "exit 3")))
                .isEqualTo(new Termination("three", 3 << 8, Optional.empty(), "exited with status 3"));
        assertThat(rig.run(rig.shell("segv", MODEST, "kill -SEGV $$")).signal()).isEqualTo(11);
    }

    @Test
    void shouldNameTheStepThatFailed() {
        assertThatThrownBy(() -> rig.launch(rig.config("a", MODEST, "/nowhere/program")))
                .isInstanceOf(LaunchException.class)
                .hasMessage("container a: execve /nowhere/program: ENOENT (No such file or directory)");
        assertThatThrownBy(() -> rig.launch(rig.config("b", MODEST, Optional.of("no-such-user"), "/bin/true")))
                .hasMessage("container b: user=no-such-user: no-such-user is not in /etc/passwd");
        ContainerConfig gone = new ContainerConfig(
                "c",
                List.of("/bin/true"),
                java.util.Map.of(),
                directory.resolve("gone"),
                Optional.empty(),
                MODEST,
                directory.resolve("out"),
                directory.resolve("err"));
        assertThatThrownBy(() -> rig.launch(gone))
                .hasMessage("container c: chdir " + directory.resolve("gone") + ": ENOENT (No such file or directory)");
        rig.assertNothingLeft();
    }

    @Test
    void shouldKillWhatExceedsItsMemory() {
        Termination end = rig.run(rig.config("hog", new Limits(0, 40L << 20, 0), "tail", "/dev/zero"));
        assertThat(end.limitation()).as(end.message()).contains(Limitation.MEMORY);
        assertThat(end.signal()).isEqualTo(SIGKILL);
        assertThat(end.message())
                .startsWith("Memory limit exceeded: requested 40.0 MiB, maximum used ")
                .containsPattern("oom_kill [1-9]");
    }

    @Test
    void shouldHoldATaskToItsCpuQuota() throws InterruptedException {
        rig.launch(rig.shell("spin", new Limits(0.2, 0, 0), "while :; do :; done"));
        long beginNs = System.nanoTime();
        Usage before = rig.containerizer.usage("spin");
        Thread.sleep(4_000);
        Usage after = rig.containerizer.usage("spin");
        // Of all the time in which it can have been used: reading it may take a while on a busy machine.
        double seconds = (System.nanoTime() - beginNs) / 1e9;
        double cpu = after.cpusUserTimeSecs()
                + after.cpusSystemTimeSecs()
                - before.cpusUserTimeSecs()
                - before.cpusSystemTimeSecs();
        double share = cpu / seconds;
        assertThat(share).as("cores used of 0.2 allowed").isBetween(0.02, 0.26);
        assertThat(after.cpusNrThrottled()).isGreaterThan(before.cpusNrThrottled());
        assertThat(after.cpusThrottledTimeSecs()).isPositive();
    }

    @Test
    void shouldStopAForkBomb() {
        Termination end = rig.run(rig.shell(
                "bomb", new Limits(0, 0, 10), "i=0; while [ $i -lt 60 ]; do sleep 30 & i=$((i+1)); done; wait"));
        assertThat(end.limitation()).as(end.message()).contains(Limitation.PIDS);
        assertThat(end.message()).startsWith("Process limit exceeded: 10 allowed; pids.events: max ");
        assertThat(rig.stderr("bomb")).containsIgnoringCase("fork");
    }

    @Test
    void shouldCountWhatIsUsed() {
        rig.launch(rig.shell("count", MODEST, "sleep 60 & sleep 60 & wait"));
        Rig.await("four processes", () -> rig.containerizer.usage("count").processes() == 4);
        Usage usage = rig.containerizer.usage("count");
        assertThat(usage.threads()).isEqualTo(4);
        assertThat(usage.memTotalBytes()).isBetween(4096L, 64L << 20);
        assertThat(usage.memLimitBytes()).isEqualTo(64L << 20);
        assertThat(usage.cpusLimit()).isEqualTo(1);
        rig.containerizer.destroy("count").join();
        assertThatThrownBy(() -> rig.containerizer.usage("count")).hasMessage("container count: has ended");
    }

    @Test
    void shouldForwardSignalsToTheTask() {
        rig.launch(rig.shell("term", MODEST, "trap 'echo got; exit 4' TERM; echo up; while :; do sleep 0.05; done"));
        Rig.await("trap", () -> rig.stdout("term").contains("up"));
        rig.containerizer.kill("term", SIGTERM);
        assertThat(rig.end("term").exitStatus()).isEqualTo(4);
        assertThat(rig.stdout("term")).isEqualTo("up\ngot\n");
    }

    @Test
    void shouldStopContinueAndKillTheTaskAlone() {
        Container container = rig.launch(rig.config("sleep", MODEST, "sleep", "60"));
        long task = Proc.tree(container.pid()).get(1);
        rig.containerizer.kill("sleep", SIGSTOP);
        Rig.await("stopped", () -> Proc.stat(task).orElseThrow()[0].equals("T"));
        rig.containerizer.kill("sleep", SIGCONT);
        Rig.await("continued", () -> Proc.stat(task).orElseThrow()[0].equals("S"));
        rig.containerizer.kill("sleep", SIGKILL);
        assertThat(rig.end("sleep"))
                .isEqualTo(new Termination("sleep", SIGKILL, Optional.empty(), "terminated by signal 9"));
    }

    @Test
    void shouldDestroyWhatIgnoresSignalsAndLeavesItsSession() {
        rig.launch(rig.shell(
                "stubborn",
                MODEST,
                "trap '' TERM; setsid sh -c 'trap \"\" TERM; setsid sleep 77 & sleep 77' & echo up;"
                        + " while :; do sleep 1; done"));
        Rig.await("sleepers", () -> rig.containerizer.usage("stubborn").processes() >= 5);
        rig.containerizer.kill("stubborn", SIGTERM);
        assertThat(rig.containerizer
                        .destroy("stubborn")
                        .orTimeout(240, SECONDS)
                        .join()
                        .signal())
                .isEqualTo(SIGKILL);
        rig.containerizer.remove("stubborn");
        rig.assertNothingLeft();
    }

    @Test
    void shouldEndTheRestWithTheTask() {
        rig.run(rig.shell("rest", MODEST, "setsid sleep 78 & exit 0"));
        rig.containerizer.remove("rest");
        rig.assertNothingLeft();
    }

    @Test
    void shouldLeaveNothingBehind() {
        rig.run(rig.config("warm-up", MODEST, "true"));
        rig.containerizer.remove("warm-up");
        List<String> mounts = Rig.mounts();
        Set<String> namespaces = Rig.namespaces();
        List<String> descriptors = Rig.descriptors();
        for (int i = 0; i < 5; i++) {
            rig.run(rig.config("n" + i, MODEST, "true"));
            rig.containerizer.remove("n" + i);
        }
        assertThatThrownBy(() -> rig.launch(rig.config("fails", MODEST, "/nowhere")))
                .isInstanceOf(LaunchException.class);
        rig.assertNothingLeft();
        assertThat(Rig.mounts()).isEqualTo(mounts);
        assertThat(Rig.namespaces()).isSubsetOf(namespaces);
        Rig.assertNothingOpenBeyond(descriptors);
    }

    @Test
    void shouldRemoveItsRootsWhenNoContainerRuns() {
        rig.launch(rig.config("stays", MODEST, "sleep", "60"));
        rig.containerizer.close();
        assertThat(rig.roots()).isNotEmpty();
        rig.containerizer = LinuxContainerizer.open(rig.config);
        rig.containerizer.recover(Set.of());
        rig.containerizer.close();
        assertThat(rig.roots()).isEmpty();
        rig.containerizer = LinuxContainerizer.open(rig.config);
        assertThat(rig.run(rig.config("again", MODEST, "true")).waitStatus()).isZero();
    }

    @Test
    void shouldRefuseASecondAgent() {
        assertThatThrownBy(() -> LinuxContainerizer.open(rig.config))
                .hasMessage("runtime_dir=" + directory.resolve("run") + ": is used by another agent that is running");
        ContainerizerConfig other = new ContainerizerConfig(directory.resolve("other"), rig.root, false);
        assertThatThrownBy(() -> LinuxContainerizer.open(other))
                .hasMessageStartingWith("cgroups_root=/sys/fs/cgroup")
                .hasMessageEndingWith(": is used by another agent that is running");
    }

    @Test
    void shouldTakeOverWhatStillRuns() {
        Container before = rig.launch(rig.config("long", MODEST, "sleep", "60"));
        rig.restart(Set.of("long"));
        assertThat(rig.containerizer.containers()).containsExactly(before);
        assertThat(rig.containerizer.usage("long").memLimitBytes()).isEqualTo(64L << 20);
        rig.containerizer.kill("long", SIGTERM);
        assertThat(rig.end("long").signal()).isEqualTo(SIGTERM);
    }

    @Test
    void shouldExplainWithoutDoingAnything() {
        ContainerConfig config = rig.config("told", MODEST, "sleep", "60");
        String plan = LinuxContainerizer.explain(config, rig.config);
        assertThat(plan).contains("mount(\"proc\", \"/proc\", \"proc\"", "pids.max\", \"51\")", "[\"sleep\", \"60\"]");
        rig.assertNothingLeft();
    }
}
