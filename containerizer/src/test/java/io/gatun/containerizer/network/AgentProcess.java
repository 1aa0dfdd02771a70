package io.gatun.containerizer.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A {@link NetworkAgent} in a namespace of the test. */
final class AgentProcess implements AutoCloseable {
    private static final long WAIT_S = 240;

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;
    private final Path log;
    private final StringBuilder logged = new StringBuilder();

    private AgentProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts an agent and waits until it has recovered.
     *
     * @param wrap turns a command line into one that runs in a namespace
     * @param cni directory of network configurations
     * @param expected containers that it is to take over
     */
    static AgentProcess start(UnaryOperator<List<String>> wrap, Path directory, Path cni, String... expected) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                NetworkAgent.class.getName(),
                directory.toString(),
                "gatun-net-" + Integer.toHexString(directory.hashCode()),
                cni.toString(),
                "/usr/lib/cni"));
        command.addAll(List.of(expected));
        Path log = directory.resolve("agent.log");
        try {
            Process process = new ProcessBuilder(wrap.apply(command))
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            AgentProcess agent = new AgentProcess(process, log);
            try {
                assertThat(agent.answer()).isEqualTo("ready");
                return agent;
            } catch (AssertionError e) {
                agent.kill();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One command and its answer. */
    String tell(String command) {
        send(command);
        return answer();
    }

    /** A command whose answer nobody waits for. */
    void send(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answer() {
        try {
            String line = answers.readLine();
            while (line != null && !line.matches("(ready|running|ended|failed)\\b.*")) {
                logged.append(line).append('\n');
                line = answers.readLine();
            }
            assertThat(line).as(() -> "the agent ended: " + text(log)).isNotNull();
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it logged before its last answer. */
    String logged() {
        return logged.toString();
    }

    /** The init of a container, from its checkpoint; 0 for none. */
    static long pid(Path container) {
        Path file = container.resolve("init");
        try {
            return Files.exists(file)
                    ? ByteBuffer.wrap(Files.readAllBytes(file))
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getInt()
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a test that failed leaves running. */
    static void killContainers(Path directory) {
        Path containers = directory.resolve("run/containers");
        if (!Files.isDirectory(containers)) {
            return;
        }
        try (var all = Files.list(containers)) {
            all.map(AgentProcess::pid)
                    .filter(pid -> pid > 0)
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .forEach(ProcessHandle::destroyForcibly);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        await();
    }

    /** The end that an agent comes to when it is asked. */
    @Override
    public void close() {
        if (process.isAlive()) {
            send("close");
        }
        await();
    }

    private void await() {
        try {
            assertThat(process.waitFor(WAIT_S, TimeUnit.SECONDS))
                    .as(() -> "the agent does not end: " + text(log))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
