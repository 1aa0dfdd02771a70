package io.gatun.containerizer.docker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.ExecConfig;
import io.gatun.containerizer.Session;
import io.gatun.isolator.IoConfig;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs run in a container, and its own streams, with a real dockerd. */
@Timeout(900)
class DockerSessionClusterTest extends DockerEngineTest {
    /** Collects what a session says. */
    private static final class Heard implements Session.Output {
        final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        final CompletableFuture<Void> end = new CompletableFuture<>();

        @Override
        public synchronized void data(Session.Stream stream, byte[] bytes) {
            (stream == Session.Stream.STDERR ? stderr : stdout).writeBytes(bytes);
        }

        @Override
        public void end() {
            end.complete(null);
        }

        synchronized String text() {
            return stdout.toString(StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void say(Session session, String text) {
        session.input(bytes(text)).orTimeout(240, SECONDS).join();
    }

    private static ExecConfig program(Optional<IoConfig.Terminal> terminal, String... argv) {
        return new ExecConfig(List.of(argv), Map.of("WHO", "me"), Optional.empty(), Optional.of("/tmp"), terminal);
    }

    @Test
    void shouldRunAProgramWithPipes() {
        rig.containerizer.launch(rig.config("host", "/bin/sleep", "1000"));
        Heard heard = new Heard();
        try (Session session = rig.containerizer.exec(
                "host",
                program(Optional.empty(), "/bin/sh", "-c", "echo $WHO; busybox pwd; cat; echo oops >&2; exit 9"))) {
            session.onOutput(heard);
            session.input(bytes("x".repeat(200_000))).orTimeout(240, SECONDS).join();
            session.closeInput();
            assertThat(session.termination().orTimeout(240, SECONDS).join().exitStatus())
                    .isEqualTo(9);
            heard.end.orTimeout(240, SECONDS).join();
        }
        assertThat(heard.text()).isEqualTo("me\n/tmp\n" + "x".repeat(200_000));
        assertThat(heard.stderr.toString(StandardCharsets.UTF_8)).isEqualTo("oops\n");
        assertThatThrownBy(() -> rig.containerizer.exec("gone", program(Optional.empty(), "x")))
                .hasMessage("container gone: is not known");
    }

    @Test
    void shouldRunAProgramOnATerminal() {
        rig.containerizer.launch(rig.config("host", "/bin/sleep", "1000"));
        Heard heard = new Heard();
        Optional<IoConfig.Terminal> size = Optional.of(new IoConfig.Terminal(33, 101));
        try (Session session = rig.containerizer.exec("host", program(size, "/bin/sh"))) {
            session.onOutput(heard);
            say(session, "stty size\n");
            DockerRig.await("size", () -> heard.text().contains("33 101"));
            session.resize(44, 202);
            DockerRig.await("new size", () -> {
                say(session, "stty size\n");
                return heard.text().contains("44 202");
            });
            say(session, "exit 3\n");
            assertThat(session.termination().orTimeout(240, SECONDS).join().exitStatus())
                    .isEqualTo(3);
        }
    }

    @Test
    void shouldAttachToAContainersOwnStreams() {
        rig.containerizer.launch(rig.config("reads", "/bin/sh", "-c", "while read -r l; do echo got $l; done; exit 2")
                .with(new IoConfig(Optional.empty(), true)));
        Heard heard = new Heard();
        try (Session session = rig.containerizer.attach("reads")) {
            session.onOutput(heard);
            say(session, "one\n");
            DockerRig.await("answer", () -> heard.text().equals("got one\n"));
        }
        try (Session session = rig.containerizer.attach("reads")) {
            Heard second = new Heard();
            session.onOutput(second);
            say(session, "two\n");
            DockerRig.await("answer", () -> second.text().equals("got two\n"));
        }
        rig.containerizer.destroy("reads").join();
        assertThat(rig.stdout("reads")).isEqualTo("got one\ngot two\n");
    }

    @Test
    void shouldKeepTheOutputOfATerminalToo() {
        rig.containerizer.launch(rig.config("tty", "/bin/sh", "-c", "stty size; read -r l; echo got $l; exit 2")
                .with(new IoConfig(Optional.of(new IoConfig.Terminal(25, 81)), true)));
        Heard heard = new Heard();
        try (Session session = rig.containerizer.attach("tty")) {
            session.onOutput(heard);
            say(session, "hello\n");
            assertThat(session.termination().orTimeout(240, SECONDS).join().exitStatus())
                    .isEqualTo(2);
        }
        assertThat(rig.stdout("tty")).contains("got hello\r\n");
    }

    @Test
    void shouldSayWhyAProgramCannotBeRun() {
        rig.containerizer.launch(rig.config("host", "/bin/true"));
        rig.end("host");
        assertThatThrownBy(() -> rig.containerizer.exec("host", program(Optional.empty(), "x")))
                .hasMessage("container host: has ended");
        rig.containerizer.launch(rig.config("runs", "/bin/sleep", "1000"));
        Heard heard = new Heard();
        ExecConfig nobody = new ExecConfig(
                List.of("/bin/sh"), Map.of(), Optional.of("nobody-there"), Optional.empty(), Optional.empty());
        try (Session session = rig.containerizer.exec("runs", nobody)) {
            session.onOutput(heard);
            // The engine says why in place of the program's output.
            heard.end.orTimeout(240, SECONDS).join();
            assertThat(heard.text() + heard.stderr).contains("nobody-there");
            assertThat(session.termination().orTimeout(240, SECONDS).join().exitStatus())
                    .isNotZero();
        }
    }
}
