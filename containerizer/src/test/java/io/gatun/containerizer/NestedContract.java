package io.gatun.containerizer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NamespaceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs run in containers, and containers nested in containers. */
@Timeout(900)
abstract class NestedContract {
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

    private ContainerConfig nested(String parent, String name, String script) {
        return rig.shell(parent + "." + name, Limits.NONE, script);
    }

    private static ExecConfig program(String... argv) {
        return new ExecConfig(
                List.of(argv), Map.of("PATH", "/usr/bin:/bin"), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private String output(String id, ExecConfig program) throws Exception {
        try (Session session = rig.containerizer.exec(id, program)) {
            Collected output = Collected.of(session);
            session.closeInput();
            session.termination().get(240, SECONDS);
            output.awaitEnd();
            return output.stdout() + output.stderr();
        }
    }

    private static String link(long pid, String kind) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/" + kind))
                    .toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldRunAProgramWhereTheContainerIs() throws Exception {
        Container target = rig.launch(rig.shell("target", new Limits(0, 64L << 20, 50), "sleep 300"));
        String said = output(
                "target",
                program(
                        "sh",
                        "-c",
                        "for n in pid mnt uts ipc cgroup; do readlink /proc/self/ns/$n; done; hostname; pwd;"
                                + " grep NoNewPrivs /proc/self/status; ls /proc | grep -c '^[0-9]'"));
        for (String kind : List.of("mnt", "uts", "ipc", "pid")) {
            assertThat(said).contains(link(target.pid(), kind));
        }
        assertThat(said).contains("target\n", target.sandbox() + "\n").containsPattern("NoNewPrivs:\t1");
        String[] lines = said.split("\n", -1);
        assertThat(Integer.parseInt(lines[lines.length - 2]))
                .as("processes that it sees")
                .isLessThan(10);
        assertThat(rig.containerizer.containers()).extracting(Container::id).containsExactly("target");
    }

    @Test
    void shouldTellHowAProgramEnded() throws Exception {
        rig.launch(rig.shell("target", Limits.NONE, "sleep 300"));
        try (Session session = rig.containerizer.exec("target", "status", program("sh", "-c", "exit 9"))) {
            assertThat(session.termination().get(240, SECONDS).exitStatus()).isEqualTo(9);
        }
        assertThat(rig.end("target.status").exitStatus()).isEqualTo(9);
        assertThatThrownBy(() -> rig.containerizer.exec("target", "status", program("true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("target.status: is known already");
        rig.containerizer.remove("target.status");
        assertThatThrownBy(() -> rig.containerizer.exec("target", program("/nowhere")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("execve /nowhere: ENOENT");
        assertThatThrownBy(() -> rig.containerizer.exec("none", program("true")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("container none: is not known");
    }

    @Test
    void shouldKeepTheOutputOfAProgramThatEndsBeforeAnybodyListens() throws Exception {
        rig.launch(rig.shell("target", Limits.NONE, "sleep 300"));
        try (Session session =
                rig.containerizer.exec("target", program("sh", "-c", "echo early; echo err >&2; exit 6"))) {
            assertThat(session.termination().get(240, SECONDS).exitStatus()).isEqualTo(6);
            Collected output = Collected.of(session);
            output.awaitEnd();
            assertThat(output.stdout()).isEqualTo("early\n");
            assertThat(output.stderr()).isEqualTo("err\n");
        }
    }

    @Test
    void shouldGiveAProgramATerminalAndAUser() throws Exception {
        rig.launch(rig.shell("target", Limits.NONE, "sleep 300"));
        ExecConfig shell = new ExecConfig(
                List.of("sh", "-i"),
                Map.of("PATH", "/usr/bin:/bin"),
                Optional.of("nobody"),
                Optional.of("/tmp"),
                Optional.of(new IoConfig.Terminal(30, 90)));
        try (Session session = rig.containerizer.exec("target", shell)) {
            Collected output = Collected.of(session);
            session.input(SessionContract.bytes("stty size; id -un; pwd; echo a >/dev/tty\n"))
                    .get(240, SECONDS);
            output.awaitStdout("30 90");
            output.awaitStdout("nobody");
            output.awaitStdout("/tmp");
            session.resize(41, 101);
            session.input(SessionContract.bytes("stty size; exit 3\n")).get(240, SECONDS);
            output.awaitStdout("41 101");
            assertThat(session.termination().get(240, SECONDS).exitStatus()).isEqualTo(3);
        }
    }

    @Test
    void shouldEndAProgramWithItsSessionAndItsContainer() throws Exception {
        rig.launch(rig.shell("target", Limits.NONE, "sleep 300"));
        Session first = rig.containerizer.exec("target", program("sh", "-c", "sleep 301 & sleep 302"));
        first.close();
        assertThat(first.termination().get(240, SECONDS).signal()).isEqualTo(9);
        Rig.await("no process of it", () -> !commands().contains("sleep 301"));
        Session second = rig.containerizer.exec("target", program("sleep", "303"));
        rig.containerizer.destroy("target").get(240, SECONDS);
        assertThat(second.termination().get(240, SECONDS).signal()).isEqualTo(9);
        rig.containerizer.remove("target");
        Rig.await(
                "removal of the programs",
                () -> directory.resolve("run/containers").toFile().list().length == 0);
        rig.assertNothingLeft();
    }

    /** Of all processes, a line each. */
    static String commands() {
        StringBuilder all = new StringBuilder();
        ProcessHandle.allProcesses()
                .forEach(process -> Proc.read(Path.of("/proc/" + process.pid() + "/cmdline"))
                        .ifPresent(text -> all.append(text.replace('\0', ' ')).append('\n')));
        return all.toString();
    }

    @Test
    void shouldNestAContainer() throws Exception {
        Container parent = rig.launch(rig.shell("parent", new Limits(1, 128L << 20, 100), "sleep 300"));
        Container child = rig.launch(nested("parent", "child", "echo hi; cat /proc/self/cgroup; sleep 300"));
        assertThat(link(child.pid(), "net")).isEqualTo(link(parent.pid(), "net"));
        assertThat(link(child.pid(), "mnt")).isNotEqualTo(link(parent.pid(), "mnt"));
        assertThat(rig.containerizer.containers())
                .extracting(Container::id)
                .containsExactlyInAnyOrder("parent", "parent.child");
        assertThat(rig.cgroups().stream().allMatch(path -> path.endsWith("parent")))
                .as("only the parent's cgroup is at the top")
                .isTrue();
        assertThat(Proc.read(Path.of("/proc/" + child.pid() + "/cgroup")).orElseThrow())
                .contains("/parent/mesos/child");
        assertThat(rig.containerizer.usage("parent.child").processes()).isPositive();
        assertThat(rig.containerizer.status("parent.child").state()).isEqualTo(ContainerStatus.State.RUNNING);
        rig.containerizer.kill("parent.child", 15);
        assertThat(rig.end("parent.child").signal()).isEqualTo(15);
        assertThat(rig.containerizer.status("parent.child").state()).isEqualTo(ContainerStatus.State.ENDED);
        assertThat(rig.containerizer.status("parent").pid()).hasValue(parent.pid());
        rig.containerizer.remove("parent.child");
    }

    @Test
    void shouldShareProcessIdsWithTheParentWhereAsked() throws Exception {
        Container parent = rig.launch(rig.shell("parent", Limits.NONE, "sleep 300"));
        ContainerConfig shared =
                nested("parent", "shared", "exec sleep 300").with(new NamespaceConfig(Optional.empty(), true, 0));
        rig.launch(shared);
        long task = Proc.tree(rig.containerizer.status("parent.shared").pid().getAsLong())
                .getLast();
        assertThat(link(task, "pid")).isEqualTo(link(parent.pid(), "pid"));
        assertThat(output("parent.shared", program("readlink", "/proc/self/ns/pid")))
                .contains(link(parent.pid(), "pid"));
        rig.containerizer.destroy("parent.shared").get(240, SECONDS);
        assertThat(Proc.startTime(task)).isEmpty();
    }

    @Test
    void shouldEndTheInnerBeforeTheOuter() throws Exception {
        rig.launch(rig.shell("outer", Limits.NONE, "while [ ! -e end ]; do sleep 0.05; done; exit 5"));
        rig.launch(nested("outer", "a", "sleep 300"));
        rig.launch(nested("outer.a", "b", "sleep 300"));
        rig.launch(nested("outer", "c", "sleep 300"));
        assertThatThrownBy(() -> rig.launch(nested("outer.none", "x", "true")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("parent=outer.none: must be a container that runs");
        Files.writeString(directory.resolve("sandbox-outer/end"), "");
        assertThat(rig.end("outer").exitStatus()).isEqualTo(5);
        for (String inner : List.of("outer.a", "outer.a.b", "outer.c")) {
            assertThat(rig.containerizer.termination(inner)).as(inner).isCompleted();
            assertThat(rig.end(inner).signal()).as(rig.end(inner).toString()).isEqualTo(9);
        }
        rig.containerizer.remove("outer.c");
        rig.containerizer.remove("outer");
        assertThatThrownBy(() -> rig.containerizer.status("outer.a.b")).hasMessageContaining("is not known");
        rig.assertNothingLeft();
        rig.launch(rig.shell("second", Limits.NONE, "sleep 300"));
        rig.launch(nested("second", "a", "sleep 300"));
        rig.containerizer.destroy("second").get(240, SECONDS);
        assertThat(rig.containerizer.termination("second.a")).isCompleted();
        rig.containerizer.remove("second");
        rig.assertNothingLeft();
    }

    @Test
    void shouldFindNestedContainersAgainButNoPrograms() throws Exception {
        rig.launch(rig.shell("outer", Limits.NONE, "sleep 300"));
        rig.launch(nested("outer", "inner", "sleep 300"));
        rig.containerizer.exec("outer", "left", program("sleep", "300"));
        rig.restart(Set.of("outer"));
        assertThat(rig.containerizer.containers())
                .extracting(Container::id)
                .containsExactlyInAnyOrder("outer", "outer.inner");
        assertThat(rig.containerizer.containers()).hasSize(2);
        assertThat(output("outer.inner", program("echo", "still"))).isEqualTo("still\n");
        rig.restart(Set.of());
        rig.assertNothingLeft();
    }
}
