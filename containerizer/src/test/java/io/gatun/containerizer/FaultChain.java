package io.gatun.containerizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs one agent after the other, each killed at another point: the next one finds what it left. To be run in pid, mount
 * and network namespaces of its own, where all that is found is the agents'.
 *
 * <p>Its result, a line for each point, is in {@code result} of its directory.
 */
final class FaultChain {
    private static final long TIMEOUT_S = 240;
    private static final int KILLED = 128 + 9;

    private final Path directory;
    private final String scenario;
    private final List<String> java;

    private FaultChain(Path directory, String scenario, List<String> java) {
        this.directory = directory;
        this.scenario = scenario;
        this.java = java;
    }

    /** Arguments: directory, scenario, and the command that starts a JVM with everything on its class path. */
    public static void main(String[] args) throws Exception {
        List<String> all = List.of(args);
        new FaultChain(Path.of(args[0]), args[1], all.subList(2, all.size())).run();
    }

    private void run() throws Exception {
        FaultScenario.valueOf(scenario).setUp(directory);
        require(agent(new FaultPoint.Nowhere()) == 0, new FaultPoint.Nowhere(), "a run without a kill");
        List<FaultPoint> points = new ArrayList<>();
        points.addAll(StraceFault.points("launch", directory.resolve("calls.launch")));
        points.addAll(StraceFault.points("end", directory.resolve("calls.end")));
        int rows = Integer.parseInt(Files.readString(directory.resolve("rows")));
        for (int row = 0; row < rows; row++) {
            points.add(new FaultPoint.Row(row));
        }
        for (FaultPoint point : points) {
            int status = agent(point);
            require(status == KILLED || status == 0, point, "exit status " + status);
            report(point + (status == KILLED ? " killed" : " not reached"));
        }
        // Its recovery is the check of the last kill.
        require(agent(new FaultPoint.Nowhere()) == 0, new FaultPoint.Nowhere(), "the run after the last kill");
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

    private int agent(FaultPoint point) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        // The first agent, which is not killed, leaves an archive of its classes for the others.
        command.addAll(
                1, List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + directory.resolve("agent.jsa")));
        command.addAll(List.of(FaultedAgent.class.getName(), directory.toString(), scenario, point.toString()));
        Process agent = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("agent.log").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        if (!agent.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            agent.destroyForcibly().waitFor();
            report("hung at " + point);
            return -1;
        }
        return agent.exitValue();
    }
}
