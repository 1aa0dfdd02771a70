package io.gatun.master;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A master in a JVM of its own, so that it can be killed. */
final class MasterProcess implements AutoCloseable {
    private final Process process;
    private final int port;

    private MasterProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns when it leads. */
    static MasterProcess start(Path workDir) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--") || argument.startsWith("-Dchronicle"))
                .forEach(command::add);
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MasterProcess.class.getName(),
                workDir.toString()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = output.readLine();
            while (line != null && !line.startsWith("leads on ")) {
                line = output.readLine();
            }
            if (line == null) {
                throw new IllegalStateException("the master ended with " + process.waitFor());
            }
            drain(output);
            return new MasterProcess(process, Integer.parseInt(line.substring("leads on ".length())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A full pipe would stop the master. */
    private static void drain(BufferedReader output) {
        Thread.ofPlatform().daemon().name("master-output").start(() -> {
            try {
                while (output.readLine() != null) {
                    // Nobody reads it.
                }
            } catch (IOException e) {
                // The pipe breaks when the master is killed.
            }
        });
    }

    /** The program of the process. */
    public static void main(String[] args) {
        Master master = Master.launch(RunningMaster.flags(Path.of(args[0])));
        System.out.println("leads on " + master.port());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
