package io.gatun.bench.failover;

import io.gatun.bench.BenchException;
import io.gatun.testkit.net.NamespaceCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One role of Gatun in a process of its own, on one host, to be killed, paused and started again. Not thread-safe. */
final class Role {
    /** Seven of these share the machine: less memory and fewer compiler threads than by default. */
    private static final List<String> SMALL = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m");

    private static final long END_SECONDS = 60;

    private final NamespaceCluster.Host host;
    private final Path log;
    private final List<String> arguments;
    private Optional<Process> process = Optional.empty();

    /** @param arguments of the gatun command */
    Role(NamespaceCluster.Host host, Path log, List<String> arguments) {
        this.host = host;
        this.log = log;
        this.arguments = List.copyOf(arguments);
    }

    NamespaceCluster.Host host() {
        return host;
    }

    /** What the process wrote. */
    Path log() {
        return log;
    }

    void start() {
        List<String> command = java("io.gatun.dist.Main");
        command.addAll(arguments);
        process = Optional.of(host.namespace().start(log, command));
    }

    /** The command line of a JVM with this one's program, options and classes, which are those of the distribution. */
    static List<String> java(String mainClass) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--") || argument.startsWith("-Dchronicle"))
                .forEach(command::add);
        command.addAll(SMALL);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        return command;
    }

    boolean alive() {
        return process.filter(Process::isAlive).isPresent();
    }

    /** SIGKILL. */
    void kill() {
        process.ifPresent(Process::destroyForcibly);
        await();
    }

    /** SIGTERM, and SIGKILL if that is not heard. */
    void end() {
        process.ifPresent(Process::destroy);
        await();
    }

    /** SIGSTOP. */
    void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        long pid = process.orElseThrow().pid();
        try {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new BenchException("kill -" + name + " " + pid + ": status " + status + ", see " + log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("kill -" + name, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void await() {
        try {
            if (process.isPresent() && !process.get().waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.get().destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static BenchException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new BenchException("interrupted", e);
    }
}
