package io.gatun.containerizer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Standard streams that lead to the agent: attach, terminals, bounded files, and all of them after a restart. */
@Timeout(900)
abstract class SessionContract {
    static final IoConfig PIPES = new IoConfig(Optional.empty(), true);
    static final IoConfig TERMINAL = new IoConfig(Optional.of(new IoConfig.Terminal(24, 80)), false);

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

    ContainerConfig shell(String id, IoConfig io, String script) {
        return rig.shell(id, Limits.NONE, script).with(io);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldAnswerOnPipes() throws Exception {
        rig.launch(shell("pipes", PIPES, "while read line; do echo \"got $line\"; echo err >&2; done; exit 4"));
        try (Session session = rig.containerizer.attach("pipes")) {
            Collected output = Collected.of(session);
            session.input(bytes("one\n")).get(240, SECONDS);
            output.awaitStdout("got one\n");
            session.input(bytes("two\n")).get(240, SECONDS);
            session.closeInput();
            assertThat(session.termination().get(240, SECONDS).exitStatus()).isEqualTo(4);
            output.awaitEnd();
            assertThat(output.stdout()).isEqualTo("got one\ngot two\n");
            assertThat(output.stderr()).isEqualTo("err\nerr\n");
        }
        assertThat(rig.stdout("pipes")).as("in the file, too").isEqualTo("got one\ngot two\n");
        assertThat(rig.stderr("pipes")).isEqualTo("err\nerr\n");
    }

    @Test
    void shouldGiveATerminal() throws Exception {
        rig.launch(shell("tty", TERMINAL, "tty >/dev/null && exec sh -i"));
        try (Session session = rig.containerizer.attach("tty")) {
            Collected output = Collected.of(session);
            // What it wrote before is in its file. The terminal's echo of what is asked must not look like the answer.
            session.input(bytes("echo yes | tr a-z A-Z\n")).get(240, SECONDS);
            output.awaitStdout("YES");
            session.input(bytes("stty size; ls -l /proc/self/fd/0 | grep -c pts\n"))
                    .get(240, SECONDS);
            output.awaitStdout("24 80");
            session.resize(50, 132);
            session.input(bytes("stty size\n")).get(240, SECONDS);
            output.awaitStdout("50 132");
            session.input(bytes("sleep 31415\n")).get(240, SECONDS);
            // Ctrl-C: the terminal is the session's own. Before the program has it, the shell would take it.
            Rig.await("sleep", () -> NestedContract.commands().contains("sleep 31415"));
            session.input(new byte[] {3}).get(240, SECONDS);
            session.input(bytes("echo st=$?\n")).get(240, SECONDS);
            output.awaitStdout("st=130");
            session.closeInput();
            assertThat(session.termination().get(240, SECONDS).exited()).isTrue();
            output.awaitEnd();
        }
    }

    @Test
    void shouldShowEveryoneTheSameFromTheirArrivalOn() throws Exception {
        rig.launch(shell("many", PIPES, "while read line; do echo $line; done"));
        try (Session first = rig.containerizer.attach("many");
                Session second = rig.containerizer.attach("many")) {
            Collected early = Collected.of(first);
            first.input(bytes("one\n")).get(240, SECONDS);
            early.awaitStdout("one\n");
            Collected late = Collected.of(second);
            assertThatThrownBy(() -> second.input(bytes("mine\n")).get(240, SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("container many: somebody else is attached to its input");
            first.input(bytes("two\n")).get(240, SECONDS);
            first.closeInput();
            early.awaitEnd();
            late.awaitEnd();
            assertThat(early.stdout()).isEqualTo("one\ntwo\n");
            assertThat(late.stdout()).isEqualTo("two\n");
        }
    }

    @Test
    void shouldLetTheContainerWaitForOneWhoDoesNotTakeItsOutput() throws Exception {
        rig.launch(shell("slow", PIPES, "read go; head -c 3000000 /dev/zero | tr '\\0' x; : > done"));
        try (Session session = rig.containerizer.attach("slow")) {
            session.pause();
            Collected output = Collected.of(session);
            session.input(bytes("go\n")).get(240, SECONDS);
            Thread.sleep(500);
            assertThat(output.size()).as("while paused").isZero();
            assertThat(directory.resolve("sandbox-slow/done")).doesNotExist();
            session.resume();
            output.awaitEnd();
            assertThat(output.size()).isEqualTo(3_000_000);
        }
        assertThat(rig.end("slow").exitStatus()).isZero();
        assertThat(rig.stdout("slow")).hasSize(3_000_000);
    }

    @Test
    void shouldTakeMuchInputAsFastAsItIsRead() throws Exception {
        rig.launch(shell("input", PIPES, "wc -c"));
        try (Session session = rig.containerizer.attach("input")) {
            Collected output = Collected.of(session);
            for (int i = 0; i < 40; i++) {
                session.input(new byte[100_000]).get(240, SECONDS);
            }
            session.closeInput();
            output.awaitEnd();
            assertThat(output.stdout().strip()).isEqualTo("4000000");
        }
        rig.launch(shell("deaf", PIPES, "sleep 300"));
        try (Session session = rig.containerizer.attach("deaf")) {
            CompletableFuture<Void> waiting = session.input(new byte[1 << 20]);
            assertThatThrownBy(() -> session.input(new byte[100_000]).get(240, SECONDS))
                    .hasMessageContaining("container deaf: ")
                    .hasMessageContaining("bytes of input wait already");
            rig.containerizer.destroy("deaf").get(240, SECONDS);
            assertThatThrownBy(() -> waiting.get(240, SECONDS)).hasMessageContaining("EPIPE");
        }
    }

    @Test
    void shouldRefuseToAttachToFiles() {
        rig.launch(rig.shell("files", Limits.NONE, "sleep 300"));
        assertThatThrownBy(() -> rig.containerizer.attach("files"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("container files: cannot be attached to");
        assertThatThrownBy(() -> rig.containerizer.attach("nobody")).hasMessageContaining("is not known");
    }

    @Test
    void shouldGoOnWithItsStreamsAfterARestart() throws Exception {
        rig.launch(shell("tty", TERMINAL, "echo ready; read a; echo \"a=$a\"; stty size; read b; echo \"b=$b\""));
        rig.launch(shell("pipes", PIPES, "read a; echo \"a=$a\"; cat"));
        rig.restart(Set.of("tty", "pipes"));
        try (Session tty = rig.containerizer.attach("tty");
                Session pipes = rig.containerizer.attach("pipes")) {
            Collected screen = Collected.of(tty);
            Collected lines = Collected.of(pipes);
            tty.resize(10, 20);
            tty.input(bytes("again\n")).get(240, SECONDS);
            screen.awaitStdout("10 20");
            pipes.input(bytes("still\n")).get(240, SECONDS);
            lines.awaitStdout("a=still");
            pipes.closeInput();
            lines.awaitEnd();
            tty.input(bytes("end\n")).get(240, SECONDS);
            screen.awaitEnd();
            assertThat(screen.stdout()).contains("a=again").contains("b=end");
        }
        assertThat(rig.end("pipes").exitStatus()).isZero();
        assertThat(rig.stdout("tty")).contains("ready", "b=end");
    }

    @Test
    void shouldKeepWhatAContainerWroteBeforeItEndedWithoutAnAgent() {
        IoConfig bounded = IoConfig.DEFAULT.with(new IoConfig.Rotation(1 << 20, 3));
        rig.launch(shell("late", bounded, "while [ ! -e go ]; do sleep 0.05; done; echo last words; exit 6"));
        rig.containerizer.close();
        write("late", "go");
        Rig.await(
                "end",
                () -> new Checkpoint(directory.resolve("run/containers/late"))
                        .waitStatus()
                        .isPresent());
        assertThat(rig.stdout("late")).as("nobody wrote it yet").isEmpty();
        rig.reopen(Set.of("late"));
        assertThat(rig.end("late").exitStatus()).isEqualTo(6);
        assertThat(rig.stdout("late")).isEqualTo("last words\n");
    }

    @Test
    void shouldBoundTheFilesOfAContainerAndLoseNoLine() throws IOException {
        IoConfig bounded = IoConfig.DEFAULT.with(new IoConfig.Rotation(100_000, 20));
        rig.launch(shell("log", bounded, "seq 1 100000; seq 1 10 >&2"));
        assertThat(rig.end("log").exitStatus()).isZero();
        Path sandbox = directory.resolve("sandbox-log");
        StringBuilder all = new StringBuilder();
        for (int i = 19; i >= 0; i--) {
            Path file = sandbox.resolve(i == 0 ? "stdout" : "stdout." + i);
            if (Files.exists(file)) {
                assertThat(Files.size(file)).isLessThanOrEqualTo(100_010);
                all.append(Files.readString(file));
            }
        }
        String[] lines = all.toString().split("\n", -1);
        assertThat(lines).hasSize(100_001);
        for (int i = 0; i < 100_000; i++) {
            assertThat(lines[i]).isEqualTo(Integer.toString(i + 1));
        }
        assertThat(rig.stderr("log").lines()).hasSize(10);
    }

    @Test
    void shouldLeaveNothingOfItsStreams() {
        rig.run(shell("warm-up", PIPES, "true"));
        rig.containerizer.remove("warm-up");
        var before = Rig.descriptors();
        for (int i = 0; i < 5; i++) {
            rig.run(shell("p" + i, PIPES, "echo x"));
            rig.run(shell("t" + i, TERMINAL, "echo x"));
            rig.containerizer.remove("p" + i);
            rig.containerizer.remove("t" + i);
        }
        Rig.assertNothingOpenBeyond(before);
        rig.assertNothingLeft();
    }

    @Test
    void shouldRefuseAFileThatIsADirectory() throws IOException {
        ContainerConfig config = shell("dir", PIPES, "true");
        Files.createDirectory(config.stdout());
        assertThatThrownBy(() -> rig.launch(config))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("stdout=" + config.stdout() + ": must be a file, is a directory");
        rig.assertNothingLeft();
    }

    void write(String id, String file) {
        try {
            Files.writeString(directory.resolve("sandbox-" + id).resolve(file), "");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
