package io.gatun.containerizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs one agent after the other, each killed at another point: the next one finds what it left. To be used in pid, mount
 * and network namespaces of its own, where all that is found is the agents'.
 *
 * <p>Its result, a line for each point, is in {@code result} of its directory.
 */
final class AgentRuns {
    private static final long TIMEOUT_S = 240;
    private static final int KILLED = 128 + 9;

    private final Path directory;
    private final String scenario;
    private final Class<?> agent;
    private final List<String> java;

    /**
     * Starts none yet.
     *
     * @param agent its main takes directory, scenario and point
     * @param java the command that starts a JVM with everything on its class path
     */
    AgentRuns(Path directory, String scenario, Class<?> agent, List<String> java) {
        this.directory = directory;
        this.scenario = scenario;
        this.agent = agent;
        this.java = java;
    }

    /** An agent that nobody kills, and that must come to its end. */
    void whole(String what) throws IOException, InterruptedException {
        require(run(new FaultPoint.Nowhere()) == 0, new FaultPoint.Nowhere(), what);
    }

    /** An agent for each point, and one more, whose start is the check of the last kill. */
    void killed(List<FaultPoint> points) throws IOException, InterruptedException {
        for (FaultPoint point : points) {
            int status = run(point);
            require(status == KILLED || status == 0, point, "exit status " + status);
            report(point + (status == KILLED ? " killed" : " not reached"));
        }
        whole("the run after the last kill");
        report("done");
    }

    private void require(boolean condition, FaultPoint point, String what) throws IOException {
        if (!condition) {
            report("FAILED at " + point + ", or by what the point before it left: " + what + "\n"
                    + Files.readString(directory.resolve("agent.log")));
            Runtime.getRuntime().halt(1);
        }
    }

    private void report(String line) throws IOException {
        Files.writeString(
                directory.resolve("result"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private int run(FaultPoint point) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        // The first agent, which is not killed, leaves an archive of its classes for the others.
        command.addAll(
                1,
                List.of(
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + directory.resolve("agent.jsa"),
                        "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp"))));
        command.addAll(List.of(agent.getName(), directory.toString(), scenario, point.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("agent.log").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            report("hung at " + point);
            return -1;
        }
        return process.exitValue();
    }
}
