package io.gatun.bench.log;

import io.gatun.bench.BenchException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Three nodes of one system on loopback, each a process with a folder of its own. */
abstract class Ensemble implements AutoCloseable {
    static final int COUNT = 3;
    private static final String HOST = "127.0.0.1";
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 30_000;
    private static final long ENDS_WITHIN_S = 10;

    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private Writer commands;
    private BufferedReader answers;

    /** @param folder for all of them; made if need be */
    Ensemble(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        for (int i = 0; i < 3 * COUNT; i++) {
            ports.add(free());
        }
    }

    /** None that the kernel gives to those who ask for any, ip_local_port_range: the node comes a moment later. */
    private int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (!ports.contains(socket.getLocalPort())) {
                    return port;
                }
            } catch (IOException e) {
                // Somebody has it.
            }
        }
    }

    /** The command of a node, 0 to 2, with its folder. */
    abstract List<String> command(int node, Path nodeFolder) throws IOException;

    /** For the load. */
    abstract String name();

    /** One of three ports of a node. */
    int port(int node, int use) {
        return ports.get(3 * node + use);
    }

    /** Where clients connect. */
    final String clients() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            all.add(HOST + ":" + port(i, 0));
        }
        return String.join(",", all);
    }

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** This JVM's own way to start one. */
    static List<String> java(String mainClass) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // The cache of the launcher fits its own class path only.
            if (!argument.startsWith("-XX:AOT") && !argument.startsWith("-Xmx")) {
                command.add(argument);
            }
        }
        command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), mainClass));
        return command;
    }

    final void start() throws IOException {
        for (int i = 0; i < COUNT; i++) {
            Path nodeFolder = Files.createDirectories(folder.resolve("node-" + (i + 1)));
            File log = folder.resolve("node-" + (i + 1) + ".log").toFile();
            processes.add(new ProcessBuilder(command(i, nodeFolder))
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start());
        }
    }

    /** Starts the clients, in a process of their own, which waits for {@link #load}. */
    final void connect() throws IOException {
        List<String> command = java(LogLoad.class.getName());
        command.addAll(List.of(name(), clients()));
        Process process =
                new ProcessBuilder(command).redirectError(errors().toFile()).start();
        processes.add(process);
        commands = process.outputWriter();
        answers = process.inputReader();
    }

    /** Has the clients write for a while, and returns what they measured after the warm-up. */
    final Measured load(Level level, long warmUpMs, long measureMs) throws IOException {
        try {
            commands.write(level.argument() + " " + warmUpMs + " " + measureMs + "\n");
            commands.flush();
        } catch (IOException e) {
            throw failed();
        }
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (Measured.isOne(line)) {
                return Measured.parse(line);
            }
        }
        throw failed();
    }

    private BenchException failed() throws IOException {
        return new BenchException("the load of " + name() + " failed: " + lastLine(errors()) + "; its first node: "
                + lastLine(folder.resolve("node-1.log")));
    }

    private Path errors() {
        return folder.resolve("load.log");
    }

    private static String lastLine(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                .reduce((first, second) -> second)
                .orElse("it says nothing");
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(ENDS_WITHIN_S, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
