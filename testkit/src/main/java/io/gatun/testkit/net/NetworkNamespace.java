package io.gatun.testkit.net;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A network namespace of its own, network_namespaces(7), with the loopback device up. It has no name and no mount: a process
 * that reads from us holds it, so it vanishes when this is closed or this JVM dies in whatever way.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final int COMMAND_SECONDS = 120;

    private final Process holder;
    private final List<Process> started = new ArrayList<>();

    private NetworkNamespace(Process holder) {
        this.holder = holder;
    }

    /** Returns why no namespace can be made here and what to do, or empty when it can. */
    public static Optional<String> missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("needs root for network namespaces");
        }
        for (String tool : List.of("ip", "unshare", "nsenter")) {
            if (Stream.of("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/")
                    .noneMatch(directory -> Files.isExecutable(Path.of(directory + tool)))) {
                return Optional.of("needs " + tool + ": apt-get install iproute2 util-linux");
            }
        }
        return Optional.empty();
    }

    /** Makes a namespace. */
    public static NetworkNamespace create() {
        try {
            Process holder = new ProcessBuilder(
                            "unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec cat")
                    .redirectErrorStream(true)
                    .start();
            String answer = holder.inputReader(StandardCharsets.UTF_8).readLine();
            if (!"up".equals(answer)) {
                holder.destroyForcibly();
                throw new IllegalStateException("unshare --net: " + answer);
            }
            return new NetworkNamespace(holder);
        } catch (IOException e) {
            throw new UncheckedIOException("unshare --net", e);
        }
    }

    /** The process whose {@code /proc/PID/ns/net} is this namespace. */
    public long pid() {
        return holder.pid();
    }

    /** The command line that runs {@code command} here. */
    public List<String> command(List<String> command) {
        List<String> inside = new ArrayList<>(List.of("nsenter", "--net=/proc/" + pid() + "/ns/net", "--"));
        inside.addAll(command);
        return inside;
    }

    /** Starts a process here; it is killed with the namespace. Its output goes to {@code log}. */
    public Process start(Path log, List<String> command) {
        try {
            Process process = new ProcessBuilder(command(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            started.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("start " + command, e);
        }
    }

    /**
     * Runs a command here to its end.
     *
     * @return what it wrote, both streams, without the last line break.
     * @throws IllegalStateException if it ends with another status than 0 or not within 120 s.
     */
    public String run(String... command) {
        Result result = attempt(command);
        if (result.status() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + ": status " + result.status() + ": " + result.output());
        }
        return result.output();
    }

    /** How a command ended. */
    public record Result(int status, String output) {}

    /** As {@link #run}, for commands that may fail. */
    public Result attempt(String... command) {
        return execute(command(List.of(command)));
    }

    /** As {@link #run}, in the namespace that this process is in. */
    static void here(String... command) {
        Result result = execute(List.of(command));
        if (result.status() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + ": status " + result.status() + ": " + result.output());
        }
    }

    private static Result execute(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        String.join(" ", command) + ": not done after " + COMMAND_SECONDS + " s");
            }
            return new Result(process.exitValue(), output.stripTrailing());
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(String.join(" ", command) + ": interrupted", e);
        }
    }

    /** Kills what was started here and lets go of the namespace; the kernel removes its devices. */
    @Override
    public void close() {
        for (Process process : started) {
            try (Stream<ProcessHandle> children = process.descendants()) {
                List<ProcessHandle> all = children.toList();
                process.destroyForcibly();
                all.forEach(ProcessHandle::destroyForcibly);
            }
        }
        holder.destroyForcibly();
        try {
            holder.waitFor();
            for (Process process : started) {
                process.waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
